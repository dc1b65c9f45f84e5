package main

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/rules"
	"github.com/pipegen/pipegen/internal/workspace"
)

// neighbours warns of workflows beside this one, and of Applications beside its own, that reach into what it deploys: a
// promise is kept by the pipeline's own runs, and not by theirs.
func (c *compiled) neighbours() diag.List {
	own, theirs := map[string]bool{}, map[string]bool{}
	folders := []artifact.File{{Root: artifact.Code, Path: path.Dir(c.plan.Workflow)}}
	for _, change := range c.changes {
		own[c.roots.Place(change.File)] = true
	}
	ours := slices.Concat(c.set.Files(), c.custom)
	for _, f := range ours {
		folder := artifact.File{Root: f.Root, Path: path.Dir(f.Path)}
		beside := func(g artifact.File) bool { return g.Root == folder.Root && g.Path == folder.Path }
		if base := path.Base(folder.Path); (base == "applications" || base == "applicationsets") && !slices.ContainsFunc(folders, beside) {
			folders = append(folders, folder)
		}
	}
	var files []*pipeline.File
	take := func(beside []artifact.File, broken bool) {
		for _, f := range beside {
			place := c.roots.Place(f)
			if own[place] || theirs[place] {
				continue
			}
			if parsed := c.texts.Parse(f, place); broken || parsed.Fault == "" {
				theirs[place], files = true, append(files, parsed)
			}
		}
	}
	for _, folder := range folders {
		take(workspace.Beside(c.roots, folder.Root, folder.Path), false)
	}
	// Argo CD makes Applications of all that is in these folders, whoever put it there.
	for _, i := range c.plan.Instances() {
		if i.Root != nil {
			take(workspace.Below(c.roots, artifact.GitOps, i.Root.Folder), false)
		}
		if i.Elements != "" {
			take(workspace.Below(c.roots, artifact.GitOps, i.Elements), true)
		}
	}
	if len(theirs) == 0 {
		return nil
	}
	var all []*pipeline.File
	for _, f := range ours {
		all = append(all, c.texts.Parse(f, c.roots.Place(f)))
	}
	m := pipeline.New(append(all, files...), nil)
	out := slices.DeleteFunc(rules.Flaws(m, nil), func(d diag.Diagnostic) bool {
		meets := func(n diag.Note) bool { return theirs[n.Pos.File] != theirs[d.Pos.File] }
		return d.Rule != "X13" && d.Rule != "X18" || !slices.ContainsFunc(d.Notes, meets)
	})
	out = append(out, c.sharedElements(m, theirs)...)
	return append(out, sharedNames(m, theirs, c.plan.Job(plan.GateJob).Title())...)
}

// sharedElements finds files of theirs from which an ApplicationSet of ours makes an Application that one of our files
// gives: one of the same name, or of the same folder for the same cluster; and those that stop all others.
func (c *compiled) sharedElements(m *pipeline.Model, theirs map[string]bool) diag.List {
	var out diag.List
	for _, i := range c.plan.Instances() {
		var ours, others []pipeline.Node
		for _, f := range m.Files {
			switch {
			case i.Elements == "" || path.Ext(f.Path) != ".yaml" || f.Root != artifact.GitOps || !strings.HasPrefix(f.Path, i.Elements+"/"):
			case theirs[f.Place] && f.Fault != "":
				out = append(out, rules.Flaw("A22", f.At(f.FaultLine), pipeline.Place{}, "mend it, or take it out of the folder",
					"this is no valid YAML: "+f.Fault+"; the ApplicationSet makes and changes nothing until it is"))
			case theirs[f.Place] && f.Doc().IsList():
				others = append(others, f.Doc().Items()...)
			case theirs[f.Place]: // what is empty is an element without fields
				others = append(others, f.Doc())
			default:
				ours = append(ours, f.Doc())
			}
		}
		if len(ours) == 0 {
			continue
		}
		for _, x := range others {
			// All of ours have the same fields, and the template asks for all but the first.
			var lacks []string
			for key := range ours[0].Pairs() {
				if key != "environment" && !x.Get(key).OK() && !x.Get("<<").OK() {
					lacks = append(lacks, key)
				}
			}
			if len(lacks) > 0 {
				out = append(out, rules.Flaw("A22", x.At(), ours[0].At(), "add what is missing", "there is no "+plan.And(lacks)+" in this file: the ApplicationSet makes and changes nothing until there is"))
			}
			for _, y := range ours {
				same := func(key string) bool { return x.Get(key).Text() == y.Get(key).Text() }
				name := y.Get("application")
				switch {
				case same("application"):
					out = append(out, rules.Flaw("X13", x.Get("application").At(), name.At(), "give it a name of its own",
						"two files name the Application "+name.Text()+", and Argo CD cannot make both"))
				case same("overlay") && same("cluster"):
					out = append(out, rules.Flaw("X13", x.Get("overlay").At(), y.Get("overlay").At(), "keep one",
						"the Applications "+name.Text()+" and "+x.Get("application").Text()+" both render "+y.Get("overlay").Text()+", and take its objects from one another"))
				}
			}
		}
	}
	return out
}

// sharedNames finds jobs of theirs that are called as the check to require, and their runs that wait in a group of ours.
func sharedNames(m *pipeline.Model, theirs map[string]bool, gate string) diag.List {
	var out diag.List
	groups := map[string]pipeline.Node{}
	eachGroup(m, func(w *pipeline.Workflow, group pipeline.Node) {
		// In a group that begins with the name of the workflow, no other one waits.
		if !theirs[w.File.Place] && !strings.Contains(group.Text(), "github.workflow") {
			groups[group.Text()] = group
		}
	})
	eachGroup(m, func(w *pipeline.Workflow, group pipeline.Node) {
		if ours := groups[group.Text()]; theirs[w.File.Place] && ours.OK() {
			out = append(out, rules.Flaw("W29", group.At(), ours.At(), "give it a group of its own",
				"runs of this workflow wait in the group "+group.Text()+" as well, and may take the place of a deploy, or stop it"))
		}
	})
	for _, w := range m.Workflows {
		for _, j := range w.Jobs {
			if theirs[w.File.Place] && cmp.Or(j.Get("name").Text(), j.ID) == gate {
				out = append(out, rules.Flaw("X29", j.At(), pipeline.Place{}, "give it another name",
					"job "+j.ID+" has the name of the check to require, "+gate+": GitHub does not tell the two apart"))
			}
		}
	}
	return out
}

// eachGroup visits the concurrency groups of all workflows and jobs.
func eachGroup(m *pipeline.Model, visit func(*pipeline.Workflow, pipeline.Node)) {
	for _, w := range m.Workflows {
		nodes := []pipeline.Node{w.Get("concurrency")}
		for _, j := range w.Jobs {
			nodes = append(nodes, j.Get("concurrency"))
		}
		for _, n := range nodes {
			if n.IsMap() {
				n = n.Get("group")
			}
			if n.OK() {
				visit(w, n)
			}
		}
	}
}
