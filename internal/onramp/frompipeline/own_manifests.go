package frompipeline

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/onramp/draft"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// better says why the manifests should stay as they are: the draft, with all that it keeps, would lose or rename something.
// It is "" where it does not.
func (d *drafter) better() string {
	for _, e := range d.deployments {
		for _, t := range e.targets {
			if t.Fault != "" {
				return t.Dir + " cannot be rendered here: " + t.Fault
			}
			for _, f := range t.Folders {
				for _, field := range []string{"namePrefix", "nameSuffix"} {
					if n := f.Kust.Get(field); n.Text() != "" && len(d.deployments) > 1 && t.Own(f.Dir) {
						return fmt.Sprintf("the %s %q of %s gives objects names that a spec cannot give", field, n.Text(), t.Dir)
					}
				}
			}
		}
	}
	for _, p := range d.programs {
		if !expressed[p.kind] {
			return p.kind + " " + p.name + " is no workload that a spec has"
		}
	}
	for _, p := range d.pieces {
		if p.of == nil && p.dropped && p.in != nil && d.keepable(p.object, p.in) {
			if t := p.object.Target; len(t.Absent) > 0 {
				return fmt.Sprintf("%s may belong to what %s takes from %s, which was not read", p.object.Label(), t.Dir, absent(t.Absent[0]))
			}
			return p.object.Label() + " could not be kept beside what pipegen writes"
		}
	}
	return ""
}

// givenUp says what one gives up where the manifests stay, and what is to be done where nobody can render them.
func (d *drafter) givenUp() string {
	for _, e := range d.deployments {
		for _, t := range e.targets {
			if t.Fault != "" || len(t.Absent) > 0 {
				return "check has to render them: bring what is elsewhere into the repository, as kustomize localize does, and write what a generator or a chart gives as manifests"
			}
		}
	}
	return "the promises ready and endpoint, and what a spec says of pods, are not to be had then: --own=false drafts them all the same"
}

// ownManifests names the folders that each environment renders.
func (d *drafter) ownManifests() {
	type group struct {
		pattern, name string
		in            []string
		at            pipeline.Place
		of            *pipeline.Target
	}
	var groups []*group
	for _, e := range d.deployments {
		for _, t := range e.targets {
			pattern := patternOf(t.Dir, e.env)
			if d.charted(t) {
				pattern = t.Dir
			}
			i := slices.IndexFunc(groups, func(g *group) bool { return g.pattern == pattern })
			if i < 0 {
				groups, i = append(groups, &group{pattern: pattern, name: applicationName(t), at: startOf(t), of: t}), len(groups)
			}
			groups[i].in = append(groups[i].in, e.env)
		}
	}
	used := map[string]bool{}
	var first []string
	for _, g := range groups {
		at := []string{"deploy"}
		if len(groups) > 1 {
			name := draft.Name(g.name, draft.LongestName)
			if name == "" {
				name = "app"
			}
			at = []string{"workloads", draft.Free(name, used)}
		}
		if d.charted(g.of) {
			d.ownChart(g.of, at)
		} else {
			d.add(g.pattern, g.at, append(slices.Clone(at), "own", "kustomize")...)
		}
		if len(g.in) < len(d.deployments) {
			d.add(g.in, g.at, append(slices.Clone(at), "only")...)
		}
		if first == nil {
			first = at
		}
	}
	d.ownAt = first
	d.nameOwn()
}

// patternOf is a folder in which a part that is called like the environment stands for any.
func patternOf(dir, env string) string {
	parts := strings.Split(dir, "/")
	for i, part := range slices.Backward(parts) {
		if part == env {
			parts[i] = "{environment}"
			break
		}
	}
	return strings.Join(parts, "/")
}

// nameOwn says which kinds the manifests have, and what they refer to and do not bring.
func (d *drafter) nameOwn() {
	var kinds, existing []string
	for _, e := range d.deployments {
		for _, t := range e.targets {
			for _, o := range t.Objects {
				kind := strings.TrimPrefix(o.Group+"/"+o.Kind, "/")
				if !slices.Contains(kinds, kind) && !slices.Contains(d.allowed, kind) {
					kinds = append(kinds, kind)
				}
				for _, r := range referred(o.Node) {
					if k, name, _ := strings.Cut(r, "/"); findObject(e, k, name) == nil && !slices.Contains(existing, r) {
						existing = append(existing, r)
					}
				}
			}
		}
	}
	at := below(d.ownAt...)
	d.tree.Root.Remove(at("custom")...)
	d.tree.Root.Remove(at("existing")...)
	if slices.Sort(kinds); len(kinds) > 0 {
		d.tree.Root.Put(draft.Setting{Value: kinds}, at("custom", "kinds")...)
	}
	if slices.Sort(existing); len(existing) > 0 {
		d.tree.Root.Put(draft.Setting{Value: existing, Note: "the manifests refer to it, and no file has it"}, at("existing")...)
	}
}

// manifestFiles are the files that the environments render, if none of them takes something from elsewhere: else nobody can
// say what they render to.
func (d *drafter) manifestFiles() []Own {
	var out []Own
	met := map[string]bool{}
	for _, e := range d.deployments {
		for _, t := range e.targets {
			if t.Fault != "" || len(t.Absent) > 0 || len(t.Folders) == 0 {
				return nil
			}
			for _, f := range d.m.Parts(t) {
				if !met[f.Path] {
					met[f.Path], out = true, append(out, Own{There: f.Path, Content: f.Content})
				}
			}
		}
	}
	return out
}

// answerOwn accepts what the manifests do and a rule refuses, and says what the draft lacks about them. It reports whether
// there was something.
func (d *drafter) answerOwn(refused diag.List) bool {
	changed := false
	for _, r := range refused {
		if at, item := itemOf(r.Path); strings.HasSuffix(at, "custom.kinds") && (keeping{d}).allow(at, item) {
			changed = true
			continue
		}
		if r.Rule == "A25" {
			if !d.tree.Root.Has("environments", d.deployments[0].env, "sharedNamespace") {
				d.shareNamespaces()
				changed = true
			}
			continue
		}
		if !answersOwn(r.Rule) {
			continue
		}
		object := d.spokenOf(r.Message)
		if one := (acceptance{r.Rule, object}); object != "" && !slices.Contains(d.accepted, one) {
			d.accepted, changed = append(d.accepted, one), true
		}
	}
	if changed {
		d.nameOwn()
		d.nameAccepted()
	}
	return changed
}

// spokenOf is the object of the manifests that a message names, as KIND/NAME; "" for none.
func (d *drafter) spokenOf(message string) string {
	best, out := "", ""
	for _, e := range d.deployments {
		for _, t := range e.targets {
			for _, o := range t.Objects {
				if label := o.Label(); len(label) > len(best) && strings.Contains(message+" ", label+" ") {
					best, out = label, o.Kind+"/"+o.Name
				}
			}
		}
	}
	return out
}

// answersOwn reports whether a rule is about how well the manifests do what they do today.
func answersOwn(rule string) bool { return answers(rule) || rule == "X20" || rule == "X19" }
