package generate

import (
	"cmp"
	"maps"
	"slices"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// Installed gives tests and workloads what they use, as if the spec said it there, and remembers where it does. The
// names have been checked.
func Installed(spec schema.Spec) (schema.Spec, []plan.Moved) {
	if len(spec.Dependencies) == 0 {
		return spec, nil
	}
	spec.Tests, spec.Workloads = slices.Clone(spec.Tests), slices.Clone(spec.Workloads)
	u := installer{all: map[string]schema.Dependency{}, workloads: spec.Workloads}
	for _, d := range spec.Dependencies {
		u.all[d.ID] = d.Value
	}
	for i := range spec.Tests {
		u.test(&spec.Tests[i].Value)
	}
	for i := range spec.Workloads {
		u.workload(spec.Workloads[i].ID, &spec.Workloads[i].Value)
	}
	return spec, u.moved
}

// installer puts dependencies where they are used.
type installer struct {
	all       map[string]schema.Dependency
	workloads []schema.Named[schema.Workload]
	moved     []plan.Moved
}

func pathOfDependency(name string) string { return schema.Join("dependencies", name) }

func (u *installer) move(at, from string) { u.moved = append(u.moved, plan.Moved{At: at, From: from}) }

// test adds a service and variables for each dependency.
func (u *installer) test(t *schema.Test) {
	for _, name := range t.Uses {
		d, at, here := u.all[name], pathOfDependency(name), schema.Join(t.At+".services", name)
		in := d.Tests
		t.Services = with(t.Services, map[string]schema.Service{name: {Image: in.Image, Env: in.Variables, Ports: []int{portOfTests(u.workloads, d)}, Ready: in.Ready, Private: in.Private}})
		u.move(here, at+".tests")
		u.move(here+".env", at+".tests.variables")
		u.move(here+".ports", portPath(at, d))
		for variable := range in.Env {
			u.move(schema.Join(t.At+".env", variable), schema.Join(at+".tests.env", variable))
		}
		t.Env = with(t.Env, in.Env)
	}
}

// workload adds variables for each dependency, and a way to it.
func (u *installer) workload(id string, w *schema.Workload) {
	for i, name := range w.Uses {
		d, at := u.all[name], pathOfDependency(name)
		for variable := range d.Env {
			u.move(schema.Join(w.At+".env", variable), schema.Join(at+".env", variable))
		}
		for variable := range d.Secrets {
			u.move(schema.Join(w.At+".secrets", variable), schema.Join(at+".secrets", variable))
		}
		w.Env, w.Secrets = with(w.Env, d.Env), with(w.Secrets, d.Secrets)
		if to := workloadNamed(u.workloads, d.Workload); to != nil && !slices.Contains(to.From, id) {
			u.move(schema.Item(to.At+".from", len(to.From)), schema.Item(w.At+".uses", i))
			to.From = append(slices.Clone(to.From), id)
		}
		if d.Port > 0 && !slices.Contains(w.Egress, d.Port) {
			u.move(schema.Item(w.At+".egress", len(w.Egress)), at+".port")
			w.Egress = append(slices.Clone(w.Egress), d.Port)
		}
	}
}

// with is a map with the entries of another one, and a new one where that has any.
func with[V any](all, more map[string]V) map[string]V {
	if len(more) == 0 {
		return all
	}
	out := map[string]V{}
	maps.Copy(out, all)
	maps.Copy(out, more)
	return out
}

func workloadNamed(all []schema.Named[schema.Workload], name string) *schema.Workload {
	if i := slices.Index(ids(all), name); i >= 0 {
		return &all[i].Value
	}
	return nil
}

// portOf is where programs reach a dependency.
func portOf(workloads []schema.Named[schema.Workload], d schema.Dependency) int {
	if of := workloadNamed(workloads, d.Workload); of != nil {
		return cmp.Or(d.Port, of.Port)
	}
	return d.Port
}

func portOfTests(workloads []schema.Named[schema.Workload], d schema.Dependency) int {
	return cmp.Or(d.Tests.Port, portOf(workloads, d))
}

func portPath(at string, d schema.Dependency) string {
	switch {
	case d.Tests.Port > 0:
		return at + ".tests.port"
	case d.Port > 0:
		return at + ".port"
	}
	return at + ".workload"
}

// users are the jobs and workloads that use a dependency, in words.
func users(p plan.Plan, d plan.Dependency) string {
	var out []string
	for _, id := range d.Tests {
		out = append(out, "*"+p.Jobs.Find(id).Title()+"*")
	}
	for _, name := range d.Workloads {
		out = append(out, "`"+name+"`")
	}
	return plan.And(out)
}

// dependenciesOf are what the spec names, with those that use it.
func dependenciesOf(s input) []plan.Dependency {
	var out []plan.Dependency
	for _, d := range s.Dependencies {
		one := plan.Dependency{Name: d.ID, Path: pathOfDependency(d.ID), Port: portOf(s.Workloads, d.Value), Workload: d.Value.Workload}
		if d.Value.Tests != nil {
			one.Image = d.Value.Tests.Image
		}
		for _, t := range s.Tests {
			if slices.Contains(t.Value.Uses, d.ID) {
				one.Tests = append(one.Tests, testJob(t.ID))
			}
		}
		for _, w := range s.Workloads {
			if slices.Contains(w.Value.Uses, d.ID) {
				one.Workloads = append(one.Workloads, w.ID)
			}
		}
		out = append(out, one)
	}
	return out
}
