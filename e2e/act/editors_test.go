package act

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/e2e/runner"
)

// TestEditorsReadTheSchema has the validators of others read the JSON Schema: ajv, the language services of Visual Studio
// Code for JSON and for YAML, and that of Python. They take a spec, and say what is wrong with another.
func TestEditorsReadTheSchema(t *testing.T) {
	for _, program := range []string{"npm", "node"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("the schema is not read: there is no %s", program)
		}
	}
	dir := t.TempDir()
	in := func(name string, args ...string) string {
		cmd := exec.CommandContext(t.Context(), name, args...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
		}
		return string(out)
	}
	specs, err := json.Marshal(map[string]string{
		"right": `{"name": "shop", "intent": "A push is live.", "source": {"repository": "org/shop"}, "test": {"steps": [{"name": "Test", "run": "make test"}]},
"deploy": {"port": 8080, "probes": {"readiness": "/ready"}}, "environments": {"production": {"namespace": "shop"}}, "gitops": {"repository": "org/deployments"},
"criteria": {"covered": {"statement": "It is tested.", "coverage": {"atLeast": 80}}}}`,
		"wrong": `{"name": "Shop!", "intent": "A push is live.", "source": {"repository": "org/shop"}, "deploy": {"port": "http"}, "cover": 80}`,
	})
	check(t, err)
	runner.Write(t, filepath.Join(dir, "specs.json"), string(specs))
	runner.Write(t, filepath.Join(dir, "schema.json"), in(runner.Tool("pipegen"), "schema", "--format", "jsonschema"))
	runner.Write(t, filepath.Join(dir, "read.js"), readers)
	in("npm", "install", "--silent", "--no-audit", "--no-fund", "ajv@8", "vscode-json-languageservice@5", "yaml-language-server@1")
	want := `ajv right: 0
ajv wrong: name,deploy/port,cover
json right: 0
json wrong: name,deploy/port,cover
yaml right: 0
yaml wrong: name,deploy/port,cover
`
	got := in("node", "read.js")
	if said("/usr/bin/python3", "-c", "import jsonschema; print(1)") == "" {
		t.Log("Python's is not asked: apt-get install python3-jsonschema")
	} else {
		got += in("/usr/bin/python3", "-c", pythonReader)
		want += "python right: 0\npython wrong: name,deploy/port,cover\n"
	}
	if got != want {
		t.Errorf("the validators say\n%swant\n%s", got, want)
	}
}

const pythonReader = `
import json, jsonschema
schema, specs = json.load(open("schema.json")), json.load(open("specs.json"))
for name in sorted(specs):
    found = [("cover" if e.validator == "additionalProperties" else "/".join(e.path)) for e in jsonschema.Draft202012Validator(schema).iter_errors(json.loads(specs[name]))]
    print("python %s: %s" % (name, ",".join(at for at in ["name", "deploy/port", "cover"] if at in found) or len(found)))
`

// readers says for each validator and each spec where it finds a mistake.
const readers = `
const schema = require("./schema.json"), specs = require("./specs.json");
const Ajv = require("ajv/dist/2020");
const json = require("vscode-json-languageservice");
const yaml = require("yaml-language-server/out/server/src/languageservice/yamlLanguageService.js");
const say = (who, name, found) => console.log(who + " " + name + ": " + (["name", "deploy/port", "cover"].filter(at => found.includes(at)).join() || found.length));
const service = json.getLanguageService({});
const settings = {validate: true, schemas: [{uri: "file:///schema.json", fileMatch: ["*.json", "*.yaml"], schema}]};
service.configure(settings);
const other = yaml.getLanguageService({schemaRequestService: () => Promise.reject(), workspaceContext: {resolveRelativePath: path => path},
  telemetry: {send() {}, sendError() {}, sendTrack() {}}});
other.configure({...settings, customTags: []});
(async () => {
  const validate = new Ajv({strict: false, allErrors: true}).compile(schema);
  for (const name in specs) {
    validate(JSON.parse(specs[name]));
    say("ajv", name, (validate.errors || []).map(e => e.params.additionalProperty || e.instancePath.slice(1)));
  }
  for (const [who, type] of [["json", "json"], ["yaml", "yaml"]]) for (const name in specs) {
    const text = specs[name], doc = json.TextDocument.create("file:///" + name + "." + type, type, 1, text);
    const found = type == "json" ? await service.doValidation(doc, service.parseJSONDocument(doc), {schemaValidation: "error"}) : await other.doValidation(doc, false);
    say(who, name, found.map(f => ({"\"Shop!\"": "name", "\"http\"": "deploy/port", "\"cover\"": "cover"})[doc.getText(f.range)] || f.message));
  }
})();
`
