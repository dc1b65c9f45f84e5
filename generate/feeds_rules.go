package generate

import (
	"fmt"
	"slices"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/schema"
)

// feedsFit: a feed is read by somebody, and each variable that tools read comes from one place.
func feedsFit(s input) diag.List {
	var out diag.List
	for _, i := range s.Images {
		out = append(out, namedOnce(i.Value.At+".feeds", i.Value.Feeds, "feed", ids(s.Feeds), "the spec has no feeds", "write it in feeds")...)
		out = append(out, feedVariablesOnce(s, ofBuild(i.Value), i.Value.At+".secrets", i.Value.Secrets)...)
	}
	for _, t := range s.Tests {
		reads := ofTest(t.Value)
		out = append(out, feedVariablesOnce(s, reads, t.Value.At+".secrets", t.Value.Secrets)...)
		out = append(out, feedVariablesOnce(s, reads, t.Value.At+".env", t.Value.Env)...)
	}
	maven := ""
	for _, f := range s.Feeds {
		at := schema.Join("feeds", f.ID)
		if f.Value.Maven != "" && maven != "" {
			out = append(out, diag.Diagnostic{Code: diag.Duplicate, Path: at, Message: at + " and " + maven + " are both of Maven, whose settings are written for one server", Help: "keep one, and let the other be behind it"})
		} else if f.Value.Maven != "" {
			maven = at
		}
		used := slices.ContainsFunc(s.Tests, func(t schema.Named[schema.Test]) bool { return ofTest(t.Value)(f) }) ||
			slices.ContainsFunc(s.Images, func(i schema.Named[schema.Image]) bool { return ofBuild(i.Value)(f) })
		if !used {
			out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Path: at, Message: fmt.Sprintf("%s does nothing: no tests are of %s, and no image names it", at, presets[feedOf(f).language].title),
				Help: fmt.Sprintf("write image: feeds: [%q], or leave it out", f.ID)})
		}
		if f.Value.User != "" && (f.Value.NPM != "" || f.Value.Go != "") {
			out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Path: at + ".user", Message: at + ".user does nothing: this feed takes a token alone", Help: "leave it out"})
		}
	}
	return out
}

// feedVariablesOnce refuses a variable that two feeds give to the same reader, or that the spec gives it besides.
func feedVariablesOnce[V any](s input, reads func(schema.Named[schema.Feed]) bool, at string, others map[string]V) diag.List {
	var out diag.List
	taken := map[string]string{}
	for name := range others {
		taken[name] = schema.Join(at, name)
	}
	for _, f := range s.Feeds {
		if !reads(f) {
			continue
		}
		of, here, twice := feedOf(f), schema.Join("feeds", f.ID), false
		var names []string
		for _, g := range of.given {
			names = append(names, g.As)
		}
		for _, v := range of.plain {
			names = append(names, v.Name)
		}
		for _, name := range names {
			if other := taken[name]; other != "" && !twice {
				twice = true
				out = append(out, diag.Diagnostic{Code: diag.Duplicate, Path: here, Message: fmt.Sprintf("variable %s is in %s and in %s", name, here, other), Help: "keep one"})
			}
			taken[name] = here
		}
	}
	return out
}
