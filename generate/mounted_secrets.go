package generate

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// listedIn are the parameters by which providers of the CSI driver are asked for objects, in a form that pipegen writes.
var listedIn = map[string]string{"aws": objects, "azure": objects, "gcp": "secrets", "openbao": objects, "vault": objects}

const objects = "objects"

// storeTypes are the types of entries that providers know. The first is what an entry is where the spec does not say.
var storeTypes = map[string][]string{"aws": {"secretsmanager", "ssmparameter"}, "azure": {"secret", "key", "cert"}}

// asks reports whether pipegen writes what a provider is asked for: it knows the provider, and the spec does not say it.
func asks(c schema.MountedSecret, e schema.Named[schema.Environment], id string) bool {
	p := listedIn[c.Provider]
	return p != "" && c.Parameters[p] == "" && e.Value.Secrets[id].Parameters[p] == ""
}

// mountedIn is what a provider of the CSI driver is asked for in an environment.
func mountedIn(at string, c schema.MountedSecret, e schema.Named[schema.Environment], id string) plan.External {
	here := schema.Join(schema.Join("environments", e.ID)+".secrets", id)
	d := e.Value.Secrets[id]
	fill := func(text string) string { return strings.ReplaceAll(text, "{environment}", e.ID) }
	out := plan.External{Kind: "SecretProviderClass", Store: c.Provider, StorePath: at + ".provider", Login: c.Login, LoginPath: at + ".login"}
	out.Keys = storeKeys(at, here, c.Keys, d.Keys, fill)
	asked := asks(c, e, id)
	for i, k := range out.Keys {
		if out.Keys[i].File = k.From; asked {
			out.Keys[i].File = k.Key
		}
	}
	parameters := maps.Clone(with(c.Parameters, d.Parameters))
	if asked {
		if parameters == nil {
			parameters = map[string]string{}
		}
		parameters[listedIn[c.Provider]] = askFor(c.Provider, out.Keys)
	}
	for _, name := range sorted(parameters) {
		path := schema.Join(at+".parameters", name)
		if _, own := d.Parameters[name]; own {
			path = schema.Join(here+".parameters", name)
		}
		if asked && name == listedIn[c.Provider] {
			path = at + ".keys"
		}
		out.Parameters = append(out.Parameters, plan.Parameter{Path: path, Name: name, Value: fill(parameters[name])})
	}
	return out
}

// askFor is the list of objects that a provider reads, as YAML in a text. Each has its key for the name of its file.
func askFor(provider string, keys []plan.StoreKey) string {
	var out strings.Builder
	if provider == "azure" {
		out.WriteString("array:\n")
	}
	for _, k := range keys {
		first := "- "
		if provider == "azure" {
			out.WriteString("- |\n")
			first = "  "
		}
		put := func(name, value string) {
			if value != "" {
				out.WriteString(first + name + ": " + quotedYAML(value) + "\n")
				first = "  "
			}
		}
		kind := k.Type
		if kind == "" && storeTypes[provider] != nil {
			kind = storeTypes[provider][0]
		}
		switch provider {
		case "gcp":
			put("resourceName", versionOf(k))
			put("path", k.Key)
			put("extractJSONKey", k.Property)
		case "vault", "openbao":
			put("objectName", k.Key)
			put("secretPath", k.From)
			put("secretKey", k.Property)
		default:
			put("objectName", k.From)
			put("objectType", kind)
			alias := k.Key
			if k.Property != "" {
				alias += wholeEntry
			}
			put("objectAlias", alias)
			put("objectVersion", k.Version)
			if k.Property != "" {
				out.WriteString("  jmesPath:\n  - path: " + quotedYAML(jmesPath(k.Property)) + "\n    objectAlias: " + quotedYAML(k.Key) + "\n")
			}
		}
	}
	return out.String()
}

// wholeEntry ends the name of the file with all of an entry, where aws mounts a property as well.
const wholeEntry = ".entry"

// versionOf is the name of a version of a secret, as gcp wants it.
func versionOf(k plan.StoreKey) string {
	if strings.Contains(k.From, "/versions/") {
		return k.From
	}
	if k.Version != "" {
		return k.From + "/versions/" + k.Version
	}
	return k.From + "/versions/latest"
}

var plainName = lazy.Regexp(`^[A-Za-z0-9_-]*-[A-Za-z0-9_-]*$`)

// jmesPath is the path of a property. A name with a hyphen is quoted in that language.
func jmesPath(property string) string {
	if plainName().MatchString(property) {
		return `"` + property + `"`
	}
	return property
}

// quotedYAML is a text in double quotes: YAML reads those of JSON.
func quotedYAML(text string) string {
	out, _ := json.Marshal(text) // a text can always be encoded
	return string(out)
}

// storeVolumesOf are the volumes without which the CSI driver makes none of the Secrets that a workload reads. The files in
// them are read by nobody here.
func storeVolumesOf(s input, workload string) []plan.Volume {
	var out []plan.Volume
	readers := secretReaders(s.Spec)
	for _, c := range s.Secrets {
		name := c.Value.NamedSecret(c.ID)
		if c.Value.CSI == nil || !slices.ContainsFunc(readers, func(r secretReader) bool { return r.workload == workload && r.secret == name }) {
			continue
		}
		at := schema.Join("secrets", c.ID) + ".csi"
		out = append(out, plan.Volume{Name: "secrets-" + number(len(out)+1), Kind: plan.StoreVolume, Object: name, ObjectPath: at, Login: c.Value.CSI.Login,
			Mounts: []plan.Mount{{Path: at, At: plan.StoreFolder + name, ReadOnly: true}}})
	}
	return out
}

// unmounted adds to what an environment changes the volumes of Secrets that exist there already.
func unmounted(s input, e schema.Named[schema.Environment], deltas []plan.Delta) []plan.Delta {
	for _, w := range s.workloads {
		var out []plan.Volume
		for _, v := range w.Stores() {
			if slices.ContainsFunc(s.Secrets, func(c schema.Named[schema.ClusterSecret]) bool {
				return c.Value.NamedSecret(c.ID) == v.Object && e.Value.Secrets[c.ID].Exists
			}) {
				out = append(out, v)
			}
		}
		if len(out) == 0 || !w.RunsIn(e.ID) {
			continue
		}
		i := slices.IndexFunc(deltas, func(d plan.Delta) bool { return d.Workload == w.Name })
		if i < 0 {
			i, deltas = len(deltas), append(deltas, plan.Delta{Path: e.Value.Difference(w.Name).At, Workload: w.Name})
		}
		deltas[i].Unmounted = out
	}
	return deltas
}
