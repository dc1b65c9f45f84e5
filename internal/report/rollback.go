package report

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/pipegen/pipegen/internal/live/rollback"
	"github.com/pipegen/pipegen/internal/live/verdict"
)

// mostDeploys is how many deploys of an environment are listed.
const mostDeploys = 10

// Deploys lists deploys. The number before one is what --steps takes.
func Deploys(d rollback.Deploys) Document {
	type environment struct {
		Name    string       `json:"name"`
		Deploys []deployData `json:"deploys"`
	}
	data := struct {
		Version      int           `json:"version"`
		Application  string        `json:"application"`
		Environments []environment `json:"environments"`
		Notices      []string      `json:"notices"`
	}{Version: jsonVersion, Application: d.Application, Notices: d.Notices}
	out := Document{Notices: d.Notices}
	for _, e := range d.Environments {
		// The state before the first deploy is none.
		history := rollback.Deployed(e.History)
		shown := history[:min(len(history), mostDeploys)]
		data.Environments = append(data.Environments, environment{e.Name, deploysData(shown)})
		p := Part{Apart: true, Entries: []Entry{Line("%s: nothing has been deployed yet", e.Name)}}
		if len(shown) > 0 {
			p.Entries = []Entry{Line("%s", e.Name), {Line: cells(slices.Concat([]string{"steps", "age"}, whatColumns(e.History), []string{"source", "GitOps", "by"})...)}}
		}
		for _, deploy := range shown {
			p.Entries = append(p.Entries, deployEntry(step(deploy), deploy, e.History, d.At))
		}
		if more := len(history) - len(shown); more > 0 {
			p.Entries = append(p.Entries, Line("and %d older ones", more))
		}
		out.Parts = append(out.Parts, p)
	}
	out.Data = data
	return out
}

// step is what --steps takes to go back to a deploy.
func step(d rollback.Deploy) string {
	switch d.Steps {
	case 0:
		return "live"
	case rollback.Unreached:
		return "-"
	}
	return fmt.Sprint(d.Steps)
}

// whatColumns are the columns that say what a deploy deployed.
func whatColumns(history []rollback.Deploy) []string {
	if several(history) {
		return []string{"images"}
	}
	return []string{"tag", "digest"}
}

// several reports whether any deploy of a history has more than one image.
func several(history []rollback.Deploy) bool {
	return slices.ContainsFunc(history, func(d rollback.Deploy) bool { return len(d.Live.Images) > 1 })
}

// deployEntry is a deploy in a list of those in a history.
func deployEntry(first string, d rollback.Deploy, history []rollback.Deploy, now time.Time) Entry {
	what, source := []string{"-", "-"}, "-"
	if d.Fault == "" {
		what, source = []string{d.Live.Tags(), shortRevision(d.Live.Images[0].Digest)}, cmp.Or(shortRevision(d.Live.Source), "unknown")
	}
	if several(history) {
		what = []string{cmp.Or(d.Changes, "-")}
	}
	return Entry{Line: cells(slices.Concat([]string{first, age(now, d.Commit.At)}, what, []string{source, shortRevision(d.Commit.SHA), byWhom(d, now)})...)}
}

// byWhom says who brought a deploy, and what became of it.
func byWhom(d rollback.Deploy, now time.Time) string {
	by := d.Commit.Author
	if d.Undoes != "" {
		by += ", took " + d.Undoes + " back"
	}
	if d.Fault != "" {
		by += " (" + d.Fault + ")"
	}
	switch {
	case d.Undone != nil:
		by += fmt.Sprintf(" (taken back by %s, %s)", d.Undone.Author, ago(age(now, d.Undone.At)))
	case d.Again != nil:
		by += fmt.Sprintf(" (deployed again by %s, %s)", d.Again.Author, ago(age(now, d.Again.At)))
	}
	return by
}

// RollbackPlan is what a rollback would do.
func RollbackPlan(r rollback.Result) Document {
	to := r.History[r.Index]
	how := fmt.Sprintf("goes back by %d", to.Steps)
	if to.Steps == rollback.Unreached {
		how = "goes"
	}
	p := Part{Title: fmt.Sprintf("%s in %s %s to %s", r.Application, r.Environment, how, to.Live.Tags())}
	if several(r.History) {
		p.Title = fmt.Sprintf("%s in %s %s: %s", r.Application, r.Environment, how, to.Live.Since(r.History[0].Live))
	}
	p.Entries = []Entry{deployEntry("taken back", r.History[0], r.History, r.At)}
	for _, d := range r.Passed() {
		p.Entries = append(p.Entries, deployEntry("passed over", d, r.History, r.At))
	}
	p.Entries = append(p.Entries, deployEntry("deployed again", to, r.History, r.At))
	return Document{Parts: []Part{p, {Entries: []Entry{{Patch: &Patch{"live", r.Diff}}}}, warnings(r.Warnings)}}
}

func warnings(all []string) (p Part) {
	for _, w := range all {
		p.Entries = append(p.Entries, Entry{Line: []Cell{{{Text: "warning:", Style: Doubtful}, {Text: " " + w}}}})
	}
	return p
}

// became says what became of a change of a live folder: what it does once it is pushed, and what waits for a merge.
func became(w rollback.Written, pushed, waits string) Part {
	where := w.Branch + " of " + w.Repository
	switch w.Outcome {
	case rollback.Pushed:
		return Part{Entries: []Entry{Line("pushed %s to %s: %s", shortRevision(w.Commit), where, pushed)}}
	case rollback.Proposed:
		return Part{Entries: []Entry{Line("proposed for %s: %s", where, w.PullRequest), Line("%s", waits)}}
	}
	return Part{Entries: []Entry{Line("nothing was pushed")}}
}

// Rollback is what became of a rollback, and what was seen of it.
func Rollback(r rollback.Result) Document {
	from, to := deployDataOf(r.History[0]), deployDataOf(r.History[r.Index])
	data := rollbackData{
		Version: jsonVersion, Application: r.Application, Environment: r.Environment, Outcome: r.Outcome, Steps: to.Steps,
		From: from, To: to, Passed: deploysData(r.Passed()), Diff: r.Diff, Warnings: r.Warnings,
		Repository: r.Repository, Branch: r.Branch, Commit: r.Commit, PullRequest: r.PullRequest,
	}
	what := r.History[r.Index].Live.Images[0].String() + " is deployed again, and nothing was built"
	if several(r.History) {
		what = r.History[r.Index].Live.Since(r.History[0].Live) + "; nothing was built"
	}
	done, seen := became(r.Written, what, "Nothing is taken back before somebody merges it."), Part{}
	if r.Verdict != nil {
		seen, data.Seen = results("what was seen of it", "seen", r.Verdict.All()), r.Verdict.All()
	}
	return Document{Parts: []Part{done, seen}, Data: data}
}

type rollbackData struct {
	Version     int              `json:"version"`
	Application string           `json:"application"`
	Environment string           `json:"environment"`
	Outcome     rollback.Outcome `json:"outcome"`
	Steps       *int             `json:"steps"`
	From        deployData       `json:"from"`
	To          deployData       `json:"to"`
	Passed      []deployData     `json:"passed"`
	Diff        string           `json:"diff"`
	Warnings    []string         `json:"warnings"`
	Repository  string           `json:"repository"`
	Branch      string           `json:"branch"`
	Commit      string           `json:"commit"`
	PullRequest string           `json:"pullRequest"`
	// Seen has what --wait saw; it is empty without.
	Seen []verdict.Result `json:"seen"`
}

type deployData struct {
	// Steps is how far back it is; 0 is live, and null is what no steps lead to.
	Steps *int      `json:"steps"`
	At    time.Time `json:"at"`
	// Image, Tag and Digest are those of the image where there is one; Images are all.
	Image  string      `json:"image"`
	Tag    string      `json:"tag"`
	Digest string      `json:"digest"`
	Images []imageData `json:"images"`
	Source string      `json:"source"`
	Commit string      `json:"commit"`
	By     string      `json:"by"`
	// Undoes is the tag that it took back, UndoneBy the commit that took it back, and
	// AgainBy the one that went back to it.
	Undoes   string `json:"undoes"`
	UndoneBy string `json:"undoneBy"`
	AgainBy  string `json:"againBy"`
	Fault    string `json:"fault"`
}

type imageData struct {
	Image  string `json:"image"`
	Tag    string `json:"tag"`
	Digest string `json:"digest"`
}

func deploysData(history []rollback.Deploy) (out []deployData) {
	for _, d := range history {
		out = append(out, deployDataOf(d))
	}
	return out
}

func deployDataOf(d rollback.Deploy) deployData {
	out := deployData{
		At: d.Commit.At, Source: d.Live.Source, Commit: d.Commit.SHA, By: d.Commit.Author, Undoes: d.Undoes, Fault: d.Fault,
	}
	out.Images = imagesData(d.Live)
	if len(out.Images) == 1 {
		out.Image, out.Tag, out.Digest = out.Images[0].Image, out.Images[0].Tag, out.Images[0].Digest
	}
	if d.Steps != rollback.Unreached {
		out.Steps = &d.Steps
	}
	if d.Undone != nil {
		out.UndoneBy = d.Undone.SHA
	}
	if d.Again != nil {
		out.AgainBy = d.Again.SHA
	}
	return out
}

// age is how long ago something was, as exactly as people say it.
func age(now, then time.Time) string {
	switch d := now.Sub(then); {
	case d < time.Minute:
		return "now"
	case d < time.Hour:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", d/time.Hour)
	default:
		return fmt.Sprintf("%d days", d/(24*time.Hour))
	}
}

func ago(age string) string {
	if age == "now" {
		return "just " + age
	}
	return age + " ago"
}
