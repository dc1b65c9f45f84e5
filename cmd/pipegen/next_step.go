package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/gitrepo"
	"github.com/pipegen/pipegen/internal/live/diagnose"
	"github.com/pipegen/pipegen/internal/live/rollback"
	"github.com/pipegen/pipegen/internal/live/verdict"
	"github.com/pipegen/pipegen/internal/report"
	"github.com/pipegen/pipegen/internal/workspace"
)

// next is what somebody has to do whose files were written, or would be. Whoever wrote them into another folder by --out
// only looks at them.
func (o *generateOptions) next(c *compiled) string {
	var writes int
	var where []string
	for _, change := range c.changes {
		if change.Action(o.overwrite) == workspace.None {
			continue
		}
		writes++
		if in := spoken(filepath.ToSlash(c.roots[change.File.Root])); !slices.Contains(where, in) {
			where = append(where, in)
		}
	}
	switch {
	case writes == 0 || o.out != "":
		return ""
	case o.dryRun:
		return fmt.Sprintf("'%s' writes them", o.command("generate"))
	case o.begins(c.changes):
		return fmt.Sprintf("commit the files in both repositories, and take the first steps in %s, which '%s' prints as commands", filepath.ToSlash(filepath.Join(c.roots[artifact.Code], c.plan.Readme)), o.command("setup"))
	}
	return "commit what has changed in " + strings.Join(where, " and in ")
}

// begins reports whether nothing of a spec was written before. What is seeded may have been there: many repositories
// have a dependabot.yml.
func (o *generateOptions) begins(changes []workspace.Change) bool {
	return !slices.ContainsFunc(changes, func(change workspace.Change) bool {
		return change.File.Owner != artifact.Seeded && change.Action(o.overwrite) != workspace.Create
	})
}

// noClone says how the folder of the GitOps repository becomes a clone, where all files in it are new.
func (o *generateOptions) noClone(c *compiled) []string {
	gitops, where := c.roots[artifact.GitOps], c.plan.GitOps.Repository
	if o.dryRun || o.out != "" || gitops == c.roots[artifact.Code] || gitrepo.Root(gitops) != "" || !o.begins(c.changes) {
		return nil
	}
	return []string{fmt.Sprintf("%s is no clone of %s. If that exists, move the folder away, run 'git clone https://github.com/%s %s' and generate again; if not, make it: 'git init -b %s %s', then commit, and 'gh repo create %s --private --source %s --push'",
		gitops, where, where, gitops, c.plan.GitOps.Branch, gitops, where, gitops)}
}

// next is what a comparison of specs leads to.
func (o *diffOptions) next(pair compared, d report.Diff) string {
	if len(d.Comparison.Files) == 0 {
		return ""
	}
	var out []string
	if !o.rendered {
		out = append(out, "--rendered shows what changes in the objects and the workflows")
	}
	if filepath.Clean(pair.after.name) == filepath.Clean(o.spec) {
		out = append(out, fmt.Sprintf("'%s' writes it", o.command("generate")))
	}
	return strings.Join(out, "; ")
}

// command is the command line of another import of the same pipeline.
func (o *importOptions) command() string {
	c := "pipegen import"
	for _, f := range []struct{ flag, value, usual string }{
		{"--code", o.code, "."}, {"--gitops", o.gitops, ""}, {"--app", o.choice.App, ""}, {"--test-job", o.choice.TestJob, ""}, {"--image", o.choice.Image, ""}, {"--own", o.choice.Own, ""},
	} {
		if f.value != f.usual {
			c += " " + f.flag + "=" + f.value
		}
	}
	return c
}

// nextOfLint is where to read what the first of the rules says that are broken.
func nextOfLint(found diag.List) string {
	for _, d := range found.Sorted() {
		if d.Severity == diag.Error && d.Rule != "" {
			return fmt.Sprintf("'pipegen explain %s' says why that matters, and so for each rule", d.Rule)
		}
	}
	return ""
}

// next is what to do about promises that are broken, or not decided yet. Where nothing can be measured, what is missing is
// beside each promise.
func (o *verifyOptions) next(v verdict.Verdict) string {
	switch {
	case v.Broken():
		return fmt.Sprintf("'%s' finds out why, and '%s' lists what can be deployed again", o.live("doctor"), o.live("rollback"))
	case len(v.Pending()) > 0 && !o.wait && !v.Undecidable():
		return fmt.Sprintf("'%s --wait' looks until all is decided", o.live("verify"))
	}
	return ""
}

// next is how to see that a remedy has helped.
func (o *doctorOptions) next(d diagnose.Diagnosis) string {
	if len(d.With(diagnose.Found)) == 0 {
		return ""
	}
	return fmt.Sprintf("take the remedy, and '%s --wait' says whether the delivery arrives", o.live("verify"))
}

// live is another verb of the live pipeline, for the same environment.
func (o *verifyOptions) live(verb string) string {
	if o.environment == "" {
		return o.command(verb)
	}
	return o.command(verb) + " --env " + o.environment
}

// nextOfList is how to go back to what is in a list, where there is something to go back to.
func (o *rollbackOptions) nextOfList(d rollback.Deploys) string {
	for _, e := range d.Environments {
		if slices.ContainsFunc(e.History, func(d rollback.Deploy) bool { return d.Steps == 1 }) {
			return fmt.Sprintf("'%s --env %s --steps 1 --dry-run' shows what going back by one would change", o.command("rollback"), e.Name)
		}
	}
	return ""
}

// nextOfWrite is what follows a change of a live folder: it is pushed, merged or followed.
func (o *liveOptions) nextOfWrite(w rollback.Written, environment string, followed bool) string {
	switch {
	case w.Outcome == rollback.Proposed:
		return fmt.Sprintf("merge it, and '%s --env %s --wait' follows it", o.command("verify"), environment)
	case w.Outcome == rollback.Pushed && !followed:
		return fmt.Sprintf("'%s --env %s --wait' follows it", o.command("verify"), environment)
	case o.dryRun:
		return "--push in place of --dry-run does it"
	}
	return ""
}

// firstErrors says where to read more of the first error, where none of them says what to do.
func firstErrors(found diag.List) string {
	for _, d := range found {
		if d.Severity == diag.Error && d.Help == "" && slices.Contains(codes(), string(d.Code)) {
			return fmt.Sprintf("'pipegen explain %s' says what it means", d.Code)
		}
		if d.Severity == diag.Error && d.Help != "" {
			break
		}
	}
	return ""
}
