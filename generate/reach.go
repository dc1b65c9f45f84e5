package generate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// reach says of each criterion what it is for, and where: what the spec names, or all that its kind can be for.
func (s *input) reach() diag.List {
	var bad diag.List
	for i := range s.criteria {
		c := reached{input: s, Criterion: &s.criteria[i], kind: s.kindOf(s.criteria[i]), said: s.Criteria[i].Value}
		bad = append(bad, c.resolve()...)
	}
	return bad
}

// reached is a criterion whose reach is being found.
type reached struct {
	*input
	*plan.Criterion
	kind plan.Kind
	said schema.Criterion
}

func (c reached) resolve() diag.List {
	reach := c.kind.Reach
	bad := slices.Concat(c.unasked("of", c.said.Of, reach.Whole), c.unasked("in", c.said.In, reach.Everywhere))
	if reach.Whole == "" {
		noun := reach.Of.Noun()
		if reach.Of == plan.OfTests {
			noun = "image and no such test"
		}
		bad = append(bad, c.names("of", c.said.Of, noun, c.subjects())...)
	}
	if reach.Everywhere == "" {
		bad = append(bad, c.names("in", c.said.In, "environment", ids(c.Environments))...)
	}
	if len(bad) > 0 {
		// What the author means is not known: the rest of the compile takes it as for all.
		c.said.Of, c.said.In = nil, nil
	}
	if reach.Everywhere == "" {
		c.In = named(ids(c.Environments), c.said.In)
	}
	c.Subject = reach.Of
	switch reach.Of {
	case plan.OfImages:
		c.Of = named(ids(c.Images), c.said.Of)
	case plan.OfTests:
		c.Of = c.testsFor(c.said.Of)
	case plan.OfWorkloads:
		c.Of = named(c.fitting(), c.said.Of)
		bad = append(bad, c.somewhere()...)
	}
	return bad
}

// named are those that a list names, in their own order; all of them without a list.
func named(all, names []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(name string) bool { return len(names) > 0 && !slices.Contains(names, name) })
}

// unasked refuses a field that the kind has no use for.
func (c reached) unasked(field string, names []string, why string) diag.List {
	if len(names) == 0 || why == "" {
		return nil
	}
	return diag.List{{Code: diag.NotApplicable, Path: c.Path + "." + field,
		Message: fmt.Sprintf("%s.%s does nothing for %s: %s", c.Path, field, c.Kind, why), Help: "leave it out"}}
}

// names refuses names that are not there, or there twice, and workloads for which the criterion cannot be.
func (c reached) names(field string, names []string, noun string, known []string) diag.List {
	at := c.Path + "." + field
	out := eachOnce(at, names, "")
	for i, name := range names {
		item := schema.Item(at, i)
		unknown := unknownName(item, name, noun, known)
		out = append(out, unknown...)
		if noun != plan.OfWorkloads.Noun() || len(unknown) > 0 {
			continue
		}
		if fits := c.fitting(); !slices.Contains(fits, name) {
			out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Path: item,
				Message: fmt.Sprintf("%s names %s, which is not %s", item, name, c.kind.Reach.Who), Help: among(fits)})
		}
	}
	return out
}

func among(names []string) string {
	if len(names) == 0 {
		return "there is none"
	}
	return "these are: " + strings.Join(names, ", ")
}

// subjects are the names that the field of may have. A workload that does not fit is refused with a reason of its own.
func (c reached) subjects() []string {
	if c.kind.Reach.Of == plan.OfWorkloads {
		return ids(c.Workloads)
	}
	if c.kind.Reach.Of == plan.OfTests {
		return slices.Concat(ids(c.Images), slices.DeleteFunc(ids(c.Tests), func(name string) bool {
			return name == "" || slices.Contains(ids(c.Images), name)
		}))
	}
	return ids(c.Images)
}

// fitting are the workloads that the kind can be for.
func (c reached) fitting() []string {
	var out []string
	for _, w := range c.workloads {
		if c.kind.Reach.Fits(w) {
			out = append(out, w.Name)
		}
	}
	return out
}

// testsFor are the jobs whose coverage is meant: those that the spec names, and of the images that it names, or of all,
// those that measure. Where none of an image's measures, it is all of them, since something has to.
func (c reached) testsFor(names []string) []string {
	meant := map[string]bool{}
	for _, i := range c.Images {
		if len(names) > 0 && !slices.Contains(names, i.ID) {
			continue
		}
		for _, t := range c.measuring(i.ID) {
			meant[t.ID] = true
		}
	}
	var out []string
	for _, t := range c.Tests {
		if meant[t.ID] || slices.Contains(names, t.ID) {
			out = append(out, testJob(t.ID))
		}
	}
	return out
}

// measuring are the tests of an image, its own or else those of the whole source, that measure coverage; all of them where
// none does.
func (c reached) measuring(image string) []schema.Named[schema.Test] {
	of := func(image string) []schema.Named[schema.Test] {
		return slices.DeleteFunc(slices.Clone(c.Tests), func(t schema.Named[schema.Test]) bool { return t.Value.Image != image })
	}
	all := of(image)
	if len(all) == 0 {
		all = of("")
	}
	some := slices.DeleteFunc(slices.Clone(all), func(t schema.Named[schema.Test]) bool { return !testOf(*c.input, t).Measures })
	if len(some) > 0 {
		return some
	}
	return all
}

// somewhere refuses a criterion of workloads that is for nothing: because none fits, or those that it names run
// elsewhere.
func (c reached) somewhere() diag.List {
	who := c.kind.Reach.Who
	if slices.ContainsFunc(c.workloads, func(w plan.Workload) bool { return w.Own != nil }) {
		who += ", with manifests by pipegen"
		if c.kind.Reach.Fits(plan.Workload{Own: &plan.Own{}}) {
			who += " or by you, where they are rendered here"
		}
	}
	switch {
	case len(c.Of) == 0:
		return diag.List{{Code: diag.NotApplicable, Path: c.At(),
			Message: fmt.Sprintf("criterion %s promises nothing: %s is for %s, and no workload is one", c.ID, c.Kind, who), Help: "make a workload one, or leave the criterion out"}}
	case len(c.Cells(c.workloads)) == 0:
		return diag.List{{Code: diag.NotApplicable, Path: c.Path + ".in",
			Message: fmt.Sprintf("criterion %s promises nothing: %s does not run in %s", c.ID, plan.And(c.Of), plan.And(c.In)), Help: "name an environment in which it runs, or leave in out"}}
	}
	return nil
}

// only are the environments of a criterion that holds in some alone, in words.
func (s *input) only(c plan.Criterion) string {
	if c.In == nil || len(c.In) == len(s.Environments) {
		return ""
	}
	return plan.And(c.In)
}

// overlaps refuses two promises of a kind for the same thing, since the output keeps a promise of it in one place. There
// may be several that people confirm, since the output does not keep those.
func (s *input) overlaps() diag.List {
	var out diag.List
	first := map[string]map[plan.Cell]plan.Criterion{}
	for _, c := range s.criteria {
		k := s.kindOf(c)
		if k.Several {
			continue
		}
		if first[c.Kind] == nil {
			first[c.Kind] = map[plan.Cell]plan.Criterion{}
		}
		var other plan.Criterion
		var both []string
		for _, at := range c.Cells(s.workloads) {
			x, taken := first[c.Kind][at]
			switch {
			case !taken:
				first[c.Kind][at] = c
			case other.ID == "" || other.ID == x.ID:
				other, both = x, append(both, at.String())
			}
		}
		if other.ID != "" {
			out = append(out, s.twice(k, other, c, both))
		}
	}
	return out
}

// twice refuses a criterion for what another one of its kind is for.
func (s *input) twice(k plan.Kind, other, c plan.Criterion, both []string) diag.Diagnostic {
	message, help := fmt.Sprintf("criteria %s and %s are both of the kind %s", other.ID, c.ID, c.Kind), "keep one"
	if most := max(len(c.Cells(s.workloads)), len(other.Cells(s.workloads))); most > 1 {
		help += ", or say with of or in what each is for"
		if len(both) < most {
			if c.Subject == plan.OfTests {
				both = []string{"what is tested in " + plan.And(both)}
			}
			message += ", and both for " + plan.And(both)
		}
	}
	return diag.Diagnostic{Code: diag.Contradiction, Path: c.Path, Help: cmp.Or(k.Twice, help),
		Message: message + ": the output keeps or measures one criterion of a kind, with its figures"}
}
