package generate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// mostObjectName is how long the name of an object may be.
const mostObjectName = 253

// madeSecretsFit: what pods read of a Secret that a deploy brings along is in it, and it is made once.
func madeSecretsFit(s input) diag.List {
	f := secretsFound{input: s, readers: secretReaders(s.Spec), made: madeSecrets(s)}
	names := map[string]string{}
	for i, made := range f.made {
		f.one(s.Secrets[i].Value, made)
		if other := names[made.Name]; other != "" {
			f.say(diag.Duplicate, made.Path, "take another name or version", "%s and %s are both %s in the cluster", other, made.Path, made.Name).Rule = "K42"
		}
		names[made.Name] = made.Path
	}
	for _, e := range s.Environments {
		f.sealedOnce(e)
		f.differences(e)
	}
	return f.found
}

type secretsFound struct {
	input
	readers []secretReader
	made    []plan.MadeSecret
	found   diag.List
}

func (f *secretsFound) say(code diag.Code, at, help, format string, args ...any) *diag.Diagnostic {
	f.found = append(f.found, diag.Diagnostic{Code: code, Path: at, Message: fmt.Sprintf(format, args...), Help: help})
	return &f.found[len(f.found)-1]
}

func (f *secretsFound) one(c schema.ClusterSecret, made plan.MadeSecret) {
	if made.Name == "kustomization" || made.Name == decrypter {
		f.say(diag.Reserved, made.Path, "take another name", "a Secret may not be called %q: its file would be that of the folder", made.Name)
	}
	if len(made.Name) > mostObjectName {
		f.say(diag.BadValue, made.Path+".version", "take a shorter name or version", "%s with its version is longer than %d characters, and no object may be", made.Path, mostObjectName)
	}
	read := slices.ContainsFunc(f.readers, func(r secretReader) bool { return r.secret == made.Name })
	if !read && !f.customised() {
		f.say(diag.NotApplicable, made.Path, fmt.Sprintf("name it where it is read, for example deploy: secrets: NAME: {name: %q, key: \"…\"}, or leave it out", made.ID), "%s does nothing: no pod reads it", made.Path)
	}
	if c.Reloader && read && len(made.Reloaded) == 0 {
		f.say(diag.NotApplicable, made.Path+".reloader", "leave it out", "%s.reloader does nothing: no pod that runs all the time reads it", made.Path)
	}
	for _, w := range f.Workloads {
		for i, name := range w.Value.Existing {
			if name == "Secret/"+made.Name || name == "Secret/"+made.ID {
				f.say(diag.Contradiction, schema.Item(w.Value.At+".existing", i), "keep one of the two", "%s says that %s exists, and %s brings it along", schema.Item(w.Value.At+".existing", i), made.ID, made.Path)
			}
		}
	}
	for _, w := range f.workloads {
		if r := w.Route; r != nil && r.Issuer != "" && r.Secret == made.Name {
			f.say(diag.Duplicate, made.Path, "take another name", "cert-manager writes the certificate of %s into the Secret %s, and %s makes it too", w.Name, made.Name, made.Path).Rule = "K42"
		}
	}
	if x := c.External; x != nil {
		f.external(made.Path+".external", *x)
		f.keys(made, made.Path+".external")
	}
	if x := c.CSI; x != nil {
		f.mounted(*x, made)
		f.keys(made, made.Path+".csi")
	}
}

// customised reports whether files of the author's own are read, which may name any Secret.
func (f *secretsFound) customised() bool {
	return slices.ContainsFunc(f.Workloads, func(w schema.Named[schema.Workload]) bool { return w.Value.Custom.Base }) ||
		slices.ContainsFunc(f.Environments, func(e schema.Named[schema.Environment]) bool { return e.Value.Custom })
}

// external refuses values of secrets where the names of entries belong (K27).
func (f *secretsFound) external(at string, x schema.ExternalSecret) {
	const help = "name the entry of the store that has it"
	f.found = append(f.found, secretIn(at+".all", x.All, help)...)
	f.entries(at, x.Keys)
	for _, key := range sorted(x.Keys) {
		if path := schema.Join(at+".keys", key) + ".type"; x.Keys[key].Type != "" {
			f.say(diag.NotApplicable, path, "leave it out", "%s does nothing: it is of csi, and External Secrets learns it from its store", path)
		}
	}
}

func (f *secretsFound) entries(at string, keys map[string]schema.StoreEntry) {
	const help = "name the entry of the store that has it"
	for _, key := range sorted(keys) {
		k, path := keys[key], schema.Join(at+".keys", key)
		for _, field := range []struct{ name, text string }{{".from", k.From}, {".property", k.Property}, {".version", k.Version}} {
			f.found = append(f.found, secretIn(path+field.name, field.text, help)...)
		}
	}
}

// keys refuses readers of keys that the Secret does not get. At is the place in the spec of those that it gets.
func (f *secretsFound) keys(made plan.MadeSecret, at string) {
	for _, r := range f.readers {
		if r.secret != made.Name || r.optional {
			continue
		}
		for _, e := range named(made.In, r.in) {
			x := made.External[e]
			if x.All != "" {
				continue
			}
			has := make([]string, len(x.Keys))
			for i, k := range x.Keys {
				has[i] = k.Key
			}
			for _, key := range r.keys {
				if slices.Contains(has, key) || slices.ContainsFunc(f.found, func(d diag.Diagnostic) bool {
					return d.Path == r.path && strings.Contains(d.Message, fmt.Sprintf("key %q", key))
				}) {
					continue
				}
				d := f.say(diag.UnknownName, r.path, fmt.Sprintf("say where it is: %s: keys: %q: from: \"…\"", at, key), "%s reads the key %q of the Secret %s, which gets no such key%s", r.path, key, made.ID, diag.Meant(key, has))
				d.Rule = "K41"
				d.Notes = []diag.Note{{Path: at, Message: "its keys are " + strings.Join(has, ", ")}}
			}
		}
	}
}

// sealedOnce: what is sealed can be read in one cluster alone, and an environment has one file of each.
func (f *secretsFound) sealedOnce(e schema.Named[schema.Environment]) {
	for _, made := range f.made {
		if made.Way == plan.BySeal && (len(e.Value.Clusters) > 1 || clusterOf(f.input, e.Value.Cluster).Fleet != nil) && slices.Contains(made.In, e.ID) {
			f.say(diag.Contradiction, made.Path+".sealed", "take it from a store, by external, or let each cluster be an environment of its own",
				"%s is sealed for one cluster, and the others of %s cannot read it", made.Path, e.ID)
		}
	}
}

// differences refuses what an environment changes in a Secret that is not external, or not there.
func (f *secretsFound) differences(e schema.Named[schema.Environment]) {
	for _, id := range sorted(e.Value.Secrets) {
		at := schema.Join(schema.Join("environments", e.ID)+".secrets", id)
		i := slices.IndexFunc(f.Secrets, func(c schema.Named[schema.ClusterSecret]) bool { return c.ID == id })
		if i < 0 {
			if len(f.Secrets) == 0 {
				f.say(diag.UnknownName, at, "write it in secrets", "%s names %q, and the spec has no secrets", at, id)
				continue
			}
			f.found = append(f.found, unknownName(at, id, "Secret", ids(f.Secrets))...)
			continue
		}
		d, made := e.Value.Secrets[id], f.made[i]
		if d.Exists {
			switch {
			case !slices.Contains(made.There, e.ID):
				f.say(diag.NotApplicable, at, "leave it out", "%s does nothing: no pod in %s reads it", at, e.ID)
			case len(made.In) == 0 && made.There[0] == e.ID:
				f.say(diag.NotApplicable, made.Path, "leave it out: what is read and has no entry in secrets must exist", "%s does nothing: it exists in every environment that reads it", made.Path)
			}
			continue
		}
		if done := map[plan.SecretWay]string{plan.BySeal: "sealed", plan.BySops: "encrypted"}[made.Way]; done != "" {
			f.say(diag.NotApplicable, at, "leave it out", "%s does nothing: the Secret is %s, and each environment has a file of its own", at, done)
			continue
		}
		if !slices.Contains(made.In, e.ID) {
			f.say(diag.NotApplicable, at, "leave it out", "%s does nothing: no pod in %s reads it", at, e.ID)
		}
		if made.Way == plan.ByStore {
			f.external(at, d.ExternalSecret)
		}
		f.ofWay(at, d, made)
	}
}
