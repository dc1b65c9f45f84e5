package schema

import (
	"maps"
	"slices"

	"cuelang.org/go/cue"

	"github.com/pipegen/pipegen/internal/diag"
)

func decode(v cue.Value) (Spec, error) {
	var s Spec
	if err := v.Decode(&s); err != nil {
		return Spec{}, err
	}
	err := patchValues(v, s.Patches)
	if err != nil {
		return Spec{}, err
	}
	if err := s.lists(v); err != nil {
		return Spec{}, err
	}
	if s.Criteria, err = each(v, "criteria", criterion); err != nil {
		return Spec{}, err
	}
	if s.Workflow.ExtraJobs, err = entries[ExtraJob](v, "workflow.extraJobs"); err != nil {
		return Spec{}, err
	}
	if s.Components, err = entries[Component](v, "components"); err != nil {
		return Spec{}, err
	}
	if s.Dependencies, err = entries[Dependency](v, "dependencies"); err != nil {
		return Spec{}, err
	}
	if s.Feeds, err = entries[Feed](v, "feeds"); err != nil {
		return Spec{}, err
	}
	if s.Secrets, err = entries[ClusterSecret](v, "secrets"); err != nil {
		return Spec{}, err
	}
	if s.Registries, err = entries[Registry](v, "registries"); err != nil {
		return Spec{}, err
	}
	if s.Clusters, err = entries[Cluster](v, "clusters"); err != nil {
		return Spec{}, err
	}
	s.NonGoals, err = entries[NonGoal](v, "nonGoals")
	return s, err
}

// entries decodes a map in the order of the spec.
func entries[T any](v cue.Value, field string) ([]Named[T], error) {
	return each(v, field, func(v cue.Value) (out T, err error) { return out, v.Decode(&out) })
}

// besides are the fields of a criterion that are no kinds.
var besides = []string{"statement", "of", "in"}

// criterion decodes the kinds and what is said besides. What a kind without figures is set to says nothing.
func criterion(v cue.Value) (out Criterion, err error) {
	for i, to := range []any{&out.Statement, &out.Of, &out.In} {
		if own := v.LookupPath(cue.ParsePath(besides[i])); own.Exists() {
			if err := own.Decode(to); err != nil {
				return out, err
			}
		}
	}
	out.Kinds, err = each(v, "", func(v cue.Value) (p Promise, err error) {
		if v.IncompleteKind() == cue.StructKind {
			err = v.Decode(&p)
		}
		return p, err
	})
	out.Kinds = slices.DeleteFunc(out.Kinds, func(k Named[Promise]) bool { return slices.Contains(besides, k.ID) })
	return out, err
}

func each[T any](v cue.Value, field string, decode func(cue.Value) (T, error)) ([]Named[T], error) {
	m := v.LookupPath(cue.ParsePath(field))
	if !m.Exists() {
		return nil, nil
	}
	it, err := m.Fields()
	if err != nil {
		return nil, err
	}
	var out []Named[T]
	for it.Next() {
		value, err := decode(it.Value())
		if err != nil {
			return nil, err
		}
		out = append(out, Named[T]{ID: it.Selector().Unquoted(), Value: value})
	}
	return out, nil
}

// chooseOne checks where a spec must choose between fields, or give at least one. As a disjunction in CUE, each of
// these would turn a mistake in one branch into errors about all the others.
func chooseOne(s Spec) diag.List {
	var out diag.List
	pick := func(path, names string, set ...bool) {
		n := 0
		for _, b := range set {
			if b {
				n++
			}
		}
		switch {
		case n == 0:
			out = append(out, diag.Diagnostic{Code: diag.ChooseOne, Path: path, Message: subject(path) + " needs one of " + names + ", and has none"})
		case n > 1:
			out = append(out, diag.Diagnostic{Code: diag.ChooseOne, Path: path, Message: subject(path) + " has more than one of " + names, Help: "keep one"})
		}
	}
	if len(s.Environments) == 0 {
		out = append(out, diag.Diagnostic{Code: diag.BadValue, Path: "environments", Message: "environments is empty; give at least one",
			Help: `for example environments: production: namespace: "agents"`})
	}
	for _, n := range s.Tests {
		t := n.Value
		set := []bool{t.Steps != nil, t.None != ""}
		for range t.Toolchains() {
			set = append(set, true)
		}
		pick(t.At, list(Languages())+", steps and none", set...)
		for i, step := range t.Steps {
			pick(item(t.At+".steps", i), "run and uses", step.Run != "", step.Uses != "")
		}
	}
	out = append(out, s.logins(pick)...)
	for _, f := range s.Feeds {
		v := f.Value
		pick(join("feeds", f.ID), "npm, nuget, maven, gradle, python and go", v.NPM != "", v.NuGet != "", v.Maven != "", v.Gradle != "", v.Python != "", v.Go != "")
	}
	for _, c := range s.Secrets {
		c.Value.choices(join("secrets", c.ID), pick)
	}
	s.accepts(pick)
	for _, w := range s.Workloads {
		if w.Value.Image != "" && w.Value.External != "" {
			pick(w.Value.At, "image and external", true, true)
		}
		w.Value.Own.choices(w.Value.At+".own", pick)
		w.Value.Scale.choices(w.Value.At+".scale", pick)
		w.Value.Probes.asks(w.Value.At+".probes", pick)
		w.Value.Route.choices(w.Value.At+".route", pick)
		for _, path := range slices.Sorted(maps.Keys(w.Value.Files)) {
			f := w.Value.Files[path]
			pick(join(w.Value.At+".files", path), "content, secret and configMap", f.Content != nil, f.Secret != nil, f.ConfigMap != nil)
		}
		for _, v := range w.Value.Volumes {
			at := join(w.Value.At+".volumes", v.ID)
			pick(at, "size, claim, secret and configMap", v.Value.Size != "", v.Value.Claim != nil, v.Value.Secret != "", v.Value.ConfigMap != "")
			if c := v.Value.Claim; c != nil {
				pick(at+".claim", "name and size", c.Name != "", c.Size != "")
			}
		}
		sources(w.Value.At, w.Value.EnvFrom, pick)
		for _, c := range w.Value.Init {
			c.Value.choices(pick)
		}
	}
	s.Workflow.EachStep(func(at string, step ExtraStep) {
		pick(at, "run and uses", step.Run != "", step.Uses != "")
	})
	for _, c := range s.Criteria {
		var kinds []string
		for _, k := range c.Value.Kinds {
			kinds = append(kinds, k.ID)
		}
		switch {
		case len(kinds) == 0:
			out = append(out, diag.Diagnostic{Code: diag.ChooseOne, Path: join("criteria", c.ID),
				Message: "criterion " + c.ID + " has no kind, so nothing could keep it",
				Help:    `say what is promised, for example published: within: "10m", or manual: {by: "…", how: "…"}`})
		case len(kinds) > 1:
			out = append(out, diag.Diagnostic{Code: diag.ChooseOne, Path: join("criteria", c.ID),
				Message: "criterion " + c.ID + " has more than one kind: " + list(kinds), Help: "make a criterion of each"})
		}
	}
	for _, c := range s.Clusters {
		// What contradicts an Argo CD of its own, the compiler says.
		if v := c.Value; v.ArgoCD == nil || v.Name != "" && v.Server != "" {
			pick(join("clusters", c.ID), "name, server, argocd and labels", v.Name != "", v.Server != "", v.Labels != nil)
		}
	}
	for _, e := range s.Environments {
		if e.Value.Clusters != nil {
			at := join("environments", e.ID)
			pick(at, "cluster and clusters", e.Value.Cluster != "", true)
			if len(e.Value.Clusters) == 0 {
				out = append(out, diag.Diagnostic{Code: diag.BadValue, Path: at + ".clusters", Message: at + ".clusters is empty; give at least one", Help: `for example clusters: {eu: {}, us: {}}`})
			}
		}
		if on := e.Value.On; on != nil {
			pick(join("environments", e.ID)+".on", "branch, after, tag, release and hand", on.Branch != "", on.After != "", on.Tag != "", on.Release != "", on.Hand)
		}
		for _, name := range slices.Sorted(maps.Keys(e.Value.Secrets)) {
			e.Value.Secrets[name].choices(join(join("environments", e.ID)+".secrets", name), pick)
		}
		if on := e.Value.On; on != nil && on.After != "" && e.Value.After != "" {
			pick(join("environments", e.ID), "after and on.after", true, true)
		}
	}
	if c := s.GitOps.Credential; c != nil {
		pick("gitops.credential", "app, token and deployKey", c.App != nil, c.Token != "", c.DeployKey != "")
	}
	return out
}
