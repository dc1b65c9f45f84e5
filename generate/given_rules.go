package generate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// secretsFit: a variable of tests has one value, which changes nothing of pipegen's own, and the environments that hold
// secrets of such work hold nothing else.
func secretsFit(s input) diag.List {
	var out diag.List
	for _, t := range s.Tests {
		out = append(out, testSecretsFit(s, t)...)
	}
	jobs := ownJobs(s).jobs
	for _, e := range s.Environments {
		if e.ID == plan.NoticeEnvironment && s.Workflow.Notify != nil {
			out = append(out, diag.Diagnostic{Code: diag.Reserved, Path: schema.Join("environments", e.ID),
				Message: fmt.Sprintf("environments.%s would share its secrets with the job that says what failed", e.ID), Help: "take another name"})
		}
		used := (e.ID == plan.TestEnvironment || e.ID == plan.BuildEnvironment) &&
			slices.ContainsFunc(jobs, func(j plan.Job) bool { return j.Environment == e.ID })
		if at := schema.Join("environments", e.ID); used {
			out = append(out, diag.Diagnostic{Code: diag.Reserved, Rule: "W50", Path: at,
				Message: fmt.Sprintf("%s would share its secrets with what pull requests start: %s have the environment %s in GitHub", at, e.ID, e.ID), Help: "take another name"})
		}
	}
	return out
}

func testSecretsFit(s input, t schema.Named[schema.Test]) diag.List {
	at := t.Value.At + ".secrets"
	out := reaching(at, t.Value.Secrets, reachesInTests)
	twice := func(name, path, other string) {
		out = append(out, diag.Diagnostic{Code: diag.Duplicate, Path: path,
			Message: fmt.Sprintf("variable %s is in %s and in %s", name, other, at), Help: "keep one"})
	}
	tools := testOf(s, t).Tools
	for _, name := range sorted(t.Value.Secrets) {
		if _, both := t.Value.Env[name]; both {
			twice(name, schema.Join(t.Value.At+".env", name), t.Value.At+".env")
		}
		if _, both := t.Value.Matrix[name]; both {
			twice(name, schema.Join(t.Value.At+".matrix", name), t.Value.At+".matrix")
		}
		for i, step := range t.Value.Steps {
			if _, both := step.Env[name]; both {
				in := schema.Item(t.Value.At+".steps", i) + ".env"
				twice(name, schema.Join(in, name), in)
			}
		}
		for _, step := range tools {
			if step.Tests && slices.ContainsFunc(step.Env, func(v plan.Value) bool { return v.Name == name }) {
				out = append(out, diag.Diagnostic{Code: diag.Reserved, Path: schema.Join(at, name),
					Message: fmt.Sprintf("%s: the step that runs the tests sets %s itself", schema.Join(at, name), name), Help: "use another name"})
			}
		}
	}
	if len(t.Value.Secrets) > 0 && len(t.Value.Steps) > 0 && !slices.ContainsFunc(t.Value.Steps, func(step schema.Step) bool { return step.Run != "" }) {
		out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Path: at, Message: at + " does nothing: scripts get the secrets, and no step is one", Help: "run the tests in a script"})
	}
	return out
}

// secretWords end the names of what is secret.
var secretWords = []string{"TOKEN", "TOKENS", "PASSWORD", "PASSWORDS", "PASSWD", "PASS", "PWD", "PASSPHRASE", "SECRET", "SECRETS", "CREDENTIAL", "CREDENTIALS", "APIKEY", "PAT"}

// keyWords come before KEY in the names of keys that are secret; a cache or a table has keys, too.
var keyWords = []string{"API", "ACCESS", "AUTH", "CLIENT", "CONSUMER", "DEPLOY", "ENCRYPTION", "LICENSE", "LICENCE", "MASTER", "PRIVATE", "SECRET", "SERVICE", "SIGNING", "SSH", "ACCOUNT", "GPG", "PGP", "ADMIN"}

// openWords are in the names of what is for everybody: a browser, for one, sees it.
var openWords = []string{"PUBLIC", "PUBLISHABLE", "VITE", "REACT"}

// soundsSecret reports a name of a build argument that is one of a secret, by its last words: a TOKEN_URL is none.
func soundsSecret(name string) bool {
	words := strings.FieldsFunc(strings.ToUpper(name), func(r rune) bool { return r == '_' })
	if len(words) == 0 || slices.ContainsFunc(words, func(w string) bool { return slices.Contains(openWords, w) }) {
		return false
	}
	last := words[len(words)-1]
	if last == "KEY" || last == "KEYS" {
		return len(words) > 1 && slices.Contains(keyWords, words[len(words)-2])
	}
	return slices.Contains(secretWords, last)
}

// argumentsOpen: a build argument stays readable in the image (W50).
func argumentsOpen(s input) diag.List {
	var out diag.List
	for _, i := range s.Images {
		for _, name := range sorted(i.Value.BuildArgs) {
			if at := schema.Join(i.Value.At+".buildArgs", name); soundsSecret(name) {
				out = append(out, diag.Diagnostic{Code: diag.Contradiction, Rule: "W50", Path: at,
					Message: at + " sounds like a secret, and whoever has the image can read its build arguments",
					Help:    fmt.Sprintf("write secrets: {%s: %q}, and mount it in the Dockerfile: RUN --mount=type=secret,id=%[1]s,env=%[1]s …; what is no secret needs another name", name, strings.ToUpper(name))})
			}
		}
	}
	return out
}
