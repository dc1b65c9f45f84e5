package generate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/schema"
)

// usesFit: what is used is there, gives each variable once, and is used by somebody. What it finds makes it impossible to
// put dependencies where they are used.
func usesFit(spec schema.Spec) diag.List {
	u := uses{spec: spec, known: ids(spec.Dependencies), by: map[string]int{}}
	for _, t := range spec.Tests {
		u.test(t.Value)
	}
	for _, w := range spec.Workloads {
		u.workload(w.Value)
	}
	for _, d := range spec.Dependencies {
		u.dependency(d)
	}
	return u.found
}

type uses struct {
	spec  schema.Spec
	known []string
	// by counts who uses what.
	by    map[string]int
	found diag.List
}

func (u *uses) say(code diag.Code, at, help, format string, args ...any) *diag.Diagnostic {
	u.found = append(u.found, diag.Diagnostic{Code: code, Path: at, Message: fmt.Sprintf(format, args...), Help: help})
	return &u.found[len(u.found)-1]
}

// named visits the dependencies that a list names.
func (u *uses) named(at string, names []string, visit func(d schema.Named[schema.Dependency])) {
	u.found = append(u.found, namedOnce(at, names, "dependency", u.known, "the spec has no dependencies", "write it in dependencies")...)
	for i, name := range names {
		if at := slices.Index(u.known, name); at >= 0 && !slices.Contains(names[:i], name) {
			u.by[name]++
			visit(u.spec.Dependencies[at])
		}
	}
}

func (u *uses) test(t schema.Test) {
	v := variables{uses: u, at: map[string]string{}}
	v.take(t.At+".env", sorted(t.Env))
	v.take(t.At+".secrets", sorted(t.Secrets))
	v.take(t.At+".matrix", sorted(t.Matrix))
	ports := map[int]string{}
	u.named(t.At+".uses", t.Uses, func(d schema.Named[schema.Dependency]) {
		at := pathOfDependency(d.ID)
		if d.Value.Tests == nil {
			u.say(diag.MissingField, at+".tests", `for example tests: image: "NAME@sha256:…"`, "%s.tests is missing: %s uses %s, and nothing is in its place there", at, t.At, d.ID)
			return
		}
		if _, both := t.Services[d.ID]; both {
			here := schema.Join(t.At+".services", d.ID)
			u.both(here, at+".tests", "service "+d.ID)
		}
		port := portOfTests(u.spec.Workloads, d.Value)
		if other := ports[port]; other != "" {
			u.both(portPath(at, d.Value), other, fmt.Sprintf("port %d of the tests", port))
		}
		ports[port] = portPath(at, d.Value)
		v.take(at+".tests.env", sorted(d.Value.Tests.Env))
	})
}

func (u *uses) workload(w schema.Workload) {
	v := variables{uses: u, at: map[string]string{}}
	v.take(w.At+".env", sorted(w.Env))
	v.take(w.At+".secrets", sorted(w.Secrets))
	u.named(w.At+".uses", w.Uses, func(d schema.Named[schema.Dependency]) {
		at := pathOfDependency(d.ID)
		v.take(at+".env", sorted(d.Value.Env))
		v.take(at+".secrets", sorted(d.Value.Secrets))
	})
}

// variables are those of one program, with their places.
type variables struct {
	*uses
	at map[string]string
}

func (v variables) take(at string, names []string) {
	for _, name := range names {
		here := schema.Join(at, name)
		if other, taken := v.at[name]; taken {
			v.both(other, here, "variable "+name)
			continue
		}
		v.at[name] = here
	}
}

// both refuses what is said in two places, at both. What one part of the spec says twice has a check of its own.
func (u *uses) both(here, there, what string) {
	if !strings.HasPrefix(there, "dependencies.") {
		return
	}
	d := u.say(diag.Duplicate, here, "keep one", "%s is in %s and in %s", what, here, there)
	d.Notes = []diag.Note{{Path: there, Message: "the other side"}}
}

// dependency refuses one that nobody uses, or to which no way leads.
func (u *uses) dependency(d schema.Named[schema.Dependency]) {
	at := pathOfDependency(d.ID)
	switch of := workloadNamed(u.spec.Workloads, d.Value.Workload); {
	case d.Value.Workload == "" && d.Value.Port == 0:
		u.say(diag.MissingField, at+".port", "for example port: 5432; of a workload of this spec its name instead, workload: NAME", "%s.port is missing: it is where programs reach it", at)
	case d.Value.Workload == "":
	case of == nil:
		u.found = append(u.found, unknownName(at+".workload", d.Value.Workload, "workload", ids(u.spec.Workloads))...)
	case of.Port == 0:
		u.say(diag.NotApplicable, at+".workload", "name a workload that has a port, or leave it out and write the port", "%s.workload is %s, which nobody can call", at, d.Value.Workload)
	}
	if u.by[d.ID] == 0 {
		u.say(diag.NotApplicable, at, fmt.Sprintf("name it in uses, for example test: uses: [%q], or leave it out", d.ID), "%s does nothing: neither tests nor workloads use it", at)
	}
	u.found = append(u.found, reaching(at+".tests.env", testsEnv(d.Value), reachesInTests)...)
}

func testsEnv(d schema.Dependency) map[string]string {
	if d.Tests == nil {
		return nil
	}
	return d.Tests.Env
}
