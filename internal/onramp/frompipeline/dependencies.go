package frompipeline

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/onramp/draft"
)

// dependency is a container beside tests in place of what programs find in the cluster: tests and programs have a
// variable for it that is called the same, from a Secret in the cluster.
type dependency struct {
	name      string
	port      int
	tests     []*testRun
	users     []*program
	variables []string
}

// dependencies says once what tests and programs of the draft say of the same thing.
func (d *drafter) dependencies() {
	for _, t := range d.testRuns {
		for _, name := range d.tree.Root.Keys(t.field("services")...) {
			if dep := d.dependency(name); dep != nil {
				d.depend(dep)
			}
		}
	}
}

// dependency is what a container beside tests is there for, nil where not all that is said of it agrees.
func (d *drafter) dependency(name string) *dependency {
	out := &dependency{name: name}
	root := &d.tree.Root
	for _, t := range d.testRuns {
		at := t.field("services", name)
		if !root.Has(at...) {
			continue
		}
		ports, _ := root.Value(append(at, "ports")...).([]int)
		if len(ports) != 1 || len(out.tests) > 0 && !root.Same(out.tests[0].field("services", name), at) {
			return nil
		}
		out.port, out.tests = ports[0], append(out.tests, t)
	}
	for _, variable := range root.Keys(out.tests[0].field("env")...) {
		value, _ := root.Value(out.tests[0].field("env", variable)...).(string)
		if !strings.Contains(value, fmt.Sprint(":", out.port)) && !strings.Contains(value, name) {
			continue
		}
		users := d.users(out, variable)
		if len(users) == 0 {
			continue
		}
		if out.users != nil && !slices.Equal(users, out.users) {
			return nil
		}
		out.users, out.variables = users, append(out.variables, variable)
	}
	if len(out.variables) == 0 {
		return nil
	}
	return out
}

// users are the programs that get a variable of a dependency from a Secret, none where they or the tests do not agree on it.
func (d *drafter) users(dep *dependency, variable string) []*program {
	var out []*program
	root := &d.tree.Root
	for _, p := range d.programs {
		at := p.field("secrets", variable)
		if !root.Has(at...) {
			continue
		}
		egress := root.Leaf(p.field("egress")...)
		ports, _ := root.Value(p.field("egress")...).([]int)
		closed := egress != nil && egress.From.Known() && !slices.Contains(ports, dep.port)
		if closed || len(out) > 0 && !root.Same(out[0].field("secrets", variable), at) || d.differs(p, variable) {
			return nil
		}
		out = append(out, p)
	}
	for _, t := range dep.tests {
		if !root.Same(dep.tests[0].field("env", variable), t.field("env", variable)) {
			return nil
		}
	}
	return out
}

// differs reports whether some environment has a variable or the ports of a program otherwise.
func (d *drafter) differs(p *program, variable string) bool {
	return slices.ContainsFunc(d.deployments, func(e *deployment) bool {
		own := below("environments", e.env)
		return slices.ContainsFunc([][]string{own("egress"), own("env", variable), own("workloads", p.key, "egress"), own("workloads", p.key, "env", variable)},
			func(at []string) bool { return d.tree.Root.Has(at...) })
	})
}

// depend moves what was said of a dependency to one place.
func (d *drafter) depend(dep *dependency) {
	root := &d.tree.Root
	to := below("dependencies", dep.name)
	service := dep.tests[0].field("services", dep.name)
	port := *root.Leaf(append(service, "ports")...)
	port.Value = dep.port
	root.Put(port, to("port")...)
	for _, variable := range dep.variables {
		root.Copy(dep.users[0].field("secrets", variable), to("secrets", variable))
	}
	for _, field := range [][2]string{{"image", "image"}, {"env", "variables"}, {"ready", "ready"}, {"private", "private"}} {
		root.Copy(append(slices.Clone(service), field[0]), to("tests", field[1]))
	}
	for _, variable := range dep.variables {
		root.Copy(dep.tests[0].field("env", variable), to("tests", "env", variable))
	}
	for _, t := range dep.tests {
		root.Remove(t.field("services", dep.name)...)
		for _, variable := range dep.variables {
			root.Remove(t.field("env", variable)...)
		}
		d.use(dep.name, t.field("uses"))
	}
	for _, p := range dep.users {
		for _, variable := range dep.variables {
			root.Remove(p.field("secrets", variable)...)
		}
		if egress := root.Leaf(p.field("egress")...); egress != nil {
			ports, _ := egress.Value.([]int)
			egress.Value = slices.DeleteFunc(slices.Clone(ports), func(port int) bool { return port == dep.port })
		}
		d.use(dep.name, p.field("uses"))
	}
}

// use adds a dependency to those that something uses.
func (d *drafter) use(name string, at []string) {
	uses, _ := d.tree.Root.Value(at...).([]string)
	d.tree.Root.Put(draft.Setting{Value: append(slices.Clone(uses), name)}, at...)
}
