package generate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// needed are the parameters without which a provider of the CSI driver mounts nothing, with other spellings behind a bar.
var needed = map[string][]string{"azure": {"keyvaultName", "tenantId|tenantID"}, "openbao": {"roleName"}, "vault": {"roleName"}}

// mounted refuses what a provider of the CSI driver cannot be asked for, and what would read the Secret before a pod has
// it made.
func (f *secretsFound) mounted(c schema.MountedSecret, made plan.MadeSecret) {
	at := made.Path + ".csi"
	f.parameters(at, c.Parameters)
	f.entries(at, c.Keys)
	for _, e := range f.Environments {
		if !slices.Contains(made.In, e.ID) {
			continue
		}
		x := made.External[e.ID]
		f.asked(c.Provider, asks(c, e, made.ID), x)
		for _, names := range needed[c.Provider] {
			if spelt := strings.Split(names, "|"); !slices.ContainsFunc(x.Parameters, func(p plan.Parameter) bool { return slices.Contains(spelt, p.Name) }) && e.ID == made.In[0] { // said once
				f.say(diag.MissingField, schema.Join(at+".parameters", spelt[0]), fmt.Sprintf("write it, or what differs in an environment into environments: %s: secrets: %q: parameters", e.ID, made.ID),
					"%s.parameters has no %s, without which the provider %s mounts nothing", at, spelt[0], c.Provider)
			}
		}
	}
	for _, r := range f.readers {
		if r.secret == made.Name && r.kind == dockerConfig {
			f.say(diag.NotApplicable, r.path, "let a store give it, by external, or seal it", "%s names %q, which the CSI driver makes for a pod that is there: the image would be pulled without it", r.path, made.ID)
		}
		if r.secret == made.Name && r.path == schema.Join("secrets", made.ID)+".csi.login" {
			f.say(diag.Contradiction, r.path, "name another Secret, which exists", "%s is the Secret itself, which is not there before the provider has logged in", r.path)
		}
		if r.secret == made.Name && r.optional {
			f.say(diag.NotApplicable, r.path, "leave optional out: the pod then waits until the Secret is there", "%s is optional, and the CSI driver makes %q while the pod starts: it may start without it", r.path, made.ID)
		}
	}
	f.asleep(made)
	f.apart(made)
}

// said reports whether something is wrong at a place already.
func (f *secretsFound) said(path string) bool {
	return slices.ContainsFunc(f.found, func(d diag.Diagnostic) bool { return d.Path == path })
}

// parameters refuses values of secrets among parameters (K27).
func (f *secretsFound) parameters(at string, parameters map[string]string) {
	for _, name := range sorted(parameters) {
		f.found = append(f.found, secretIn(schema.Join(at+".parameters", name), parameters[name], "name a Secret with it in login, or let the provider log in as the pod's service account")...)
	}
}

// asked refuses entries that a provider does not know in this form.
func (f *secretsFound) asked(provider string, written bool, x plan.External) {
	for _, k := range x.Keys {
		no := func(field, help, why string) {
			path := k.Path + field
			if !f.said(path) {
				f.say(diag.NotApplicable, path, help, "%s %s", path, why)
			}
		}
		if !written {
			for _, o := range []struct{ field, text string }{{".property", k.Property}, {".version", k.Version}, {".type", k.Type}} {
				if o.text != "" {
					no(o.field, "say it in parameters; from is the file that the provider mounts", "does nothing: what the provider "+provider+" is asked for is in parameters")
				}
			}
			continue
		}
		if types := storeTypes[provider]; k.Type != "" && !slices.Contains(types, k.Type) {
			help := "leave it out"
			if len(types) > 0 {
				help = "write one of " + strings.Join(types, ", ")
			}
			no(".type", help, fmt.Sprintf("is %q, which is no type of entries of the provider %s", k.Type, provider))
		}
		switch by := provider; {
		case by == "azure" && k.Property != "":
			no(".property", "put each value into an entry of its own", "does nothing: an entry of azure is one value")
		case (by == "vault" || by == "openbao") && k.Version != "":
			no(".version", "write "+objects+" into parameters, with secretArgs; from is then the file that it mounts", "does nothing: "+by+" is asked for the newest")
		case (by == "vault" || by == "openbao") && k.Property == "":
			if at := k.Path + ".property"; !f.said(at) {
				f.say(diag.MissingField, at, `for example property: "password"`, "%s is missing: without it the value is the whole answer of %s, as JSON", at, by)
			}
		}
	}
}

// asleep refuses a Secret by which KEDA finds out whether there is work for a workload that has no pod until then.
func (f *secretsFound) asleep(made plan.MadeSecret) {
	for _, w := range f.workloads {
		if w.Scale == nil || !slices.ContainsFunc(w.Scale.Triggers, func(t plan.Trigger) bool {
			return slices.ContainsFunc(t.Secrets, func(v plan.SecretVariable) bool { return v.Secret == made.Name })
		}) {
			continue
		}
		for _, e := range f.Environments {
			if s := changed(f.input, e, w.Name).Scale(w); slices.Contains(made.In, e.ID) && w.RunsIn(e.ID) && s.Min == 0 {
				f.say(diag.Contradiction, s.MinPath, "let at least one pod run, or take the Secret from the store by external", "%s is 0, and KEDA asks with the Secret %s, which the CSI driver makes only for a pod: neither would ever begin", s.MinPath, made.ID)
				break
			}
		}
	}
}

// apart refuses volumes and files where the driver's are.
func (f *secretsFound) apart(made plan.MadeSecret) {
	for _, w := range f.Workloads {
		if !slices.ContainsFunc(f.readers, func(r secretReader) bool { return r.workload == w.ID && r.secret == made.Name }) {
			continue
		}
		at := plan.StoreFolder + made.Name
		no := func(path, mount string) {
			if f.said(path) {
				return
			}
			f.say(diag.Duplicate, path, "take another path", "%s is %q, and the CSI driver's volume of %s is at %s", path, mount, made.Path, at).Rule = "X21"
		}
		for _, other := range foldersOf(w.Value) {
			if inside(at, other.path) || inside(other.path, at) {
				no(other.at, other.path)
			}
		}
		for _, file := range sorted(w.Value.Files) {
			if inside(at, file) || inside(file, at) {
				no(schema.Join(w.Value.At+".files", file), file)
			}
		}
	}
}

// ofWay refuses what an environment says of a store that is asked in another way.
func (f *secretsFound) ofWay(at string, d schema.SecretDifference, made plan.MadeSecret) {
	no := func(field, way string, set bool) {
		if set {
			f.say(diag.NotApplicable, at+"."+field, "leave it out", "%s.%s does nothing: %s is not %s", at, field, made.Path, way)
		}
	}
	if made.Way == plan.ByStore {
		no("parameters", "csi", len(d.Parameters) > 0)
		return
	}
	f.parameters(at, d.Parameters)
	f.entries(at, d.Keys)
	no("store", "external", d.Store != "")
	no("clusterStore", "external", d.ClusterStore != "")
	no("all", "external", d.All != "")
	no("refresh", "external", d.Refresh != 0)
}
