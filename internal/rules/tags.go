package rules

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// oneTagForEachCommit looks for tags that another run moves, in builds, in what works tags out
// for them, and in scripts.
func oneTagForEachCommit(c *Case) {
	for _, b := range c.Builds() {
		if !b.Pushes.OK() {
			continue
		}
		for _, r := range b.References() {
			if c.moving(b.Job, r.Tag) {
				c.broken(r.At, nowhere, "tag by commit: "+quoted(c.branch+"-${{ github.sha }}"), "the tag %s is moved by %s", quoted(r.Tag), c.mover(b.Job))
			}
		}
	}
	c.steps(func(s *pipeline.Step) {
		if s.Uses != "docker/metadata-action" {
			return
		}
		tags := s.With("tags")
		for i, line := range strings.Split(tags.Text(), "\n") {
			line = strings.TrimSpace(line)
			_, value, _ := strings.Cut(line, "value=")
			value, _, _ = strings.Cut(value, ",")
			switch {
			case (strings.Contains(line, "event=branch") || strings.HasPrefix(line, "type=edge")) && c.byBranch(s.Job) || strings.HasPrefix(line, "type=raw") && c.moving(s.Job, value):
				c.broken(tags.TextLine(i), nowhere, "keep the rule of type=sha alone", "the tag of %s is moved by %s", quoted(line), c.mover(s.Job))
			case strings.Contains(line, "{{branch}}") && c.tagless(s.Job.Workflow):
				c.broken(tags.TextLine(i), nowhere, "write the branch's name", "the rule %s gives no valid tag for a pull request or a git tag, where the branch is empty", quoted(line))
			}
		}
	})
	c.commands(func(cmd pipeline.Command) {
		if !cmd.Is("docker", "push") {
			return
		}
		if e, j := pipeline.ParseImage(last(cmd.Args(2))), cmd.Step.Job; c.moving(j, e.Tag) || e.Tag == "" && e.Name != "" && !uncertain(e.Name) {
			c.broken(cmd.At(), nowhere, "tag by commit", "%s is moved by %s", quoted(asWritten(cmd)), c.mover(j))
		}
	})
}

// moving are tags that name another image tomorrow. The name of what was pushed is one
// where a branch can be pushed: a tag of git's stays where it is.
func (c *Case) moving(j *pipeline.Job, tag string) bool {
	if tag == "‹github.ref_name›" {
		return c.byBranch(j)
	}
	return slices.Contains([]string{"latest", "main", "master", "stable", "edge", c.branch}, tag)
}

// byBranch reports a job that a push to a branch starts.
func (c *Case) byBranch(j *pipeline.Job) bool {
	events, _ := c.possible(j.Workflow)
	return slices.ContainsFunc(events, func(e pipeline.Event) bool {
		return e.Name == "push" && strings.HasPrefix(e.Ref, "refs/heads/") && pipeline.May(j.Get("if").Text(), e) != pipeline.No
	})
}

// mover is what moves a tag of the job's.
func (c *Case) mover(j *pipeline.Job) string {
	if events, complete := c.possible(j.Workflow); complete && !c.byBranch(j) && comesByTag(events) {
		return "every push of a tag"
	}
	return "every push"
}

// tagless reports events for which there is no branch.
func (c *Case) tagless(w *pipeline.Workflow) bool {
	events, _ := c.possible(w)
	return starts(events, "pull_request") || comesByTag(events)
}

var pushing = lazy.Regexp(`docker\s+push\s+(?:-\S+\s+)*(\S+)`)

// asWritten is the image that a command pushes: what the script says where a variable
// has its name, and the value where that is known.
func asWritten(c pipeline.Command) string {
	image := last(c.Args(2))
	if !marks().MatchString(image) {
		return image
	}
	lines := strings.Split(c.Step.Run(), "\n")
	line := lines[min(c.Line, len(lines)-1)]
	if m := pushing().FindStringSubmatch(line); m != nil && !strings.Contains(line, "${{") {
		return strings.Trim(m[1], "\"';")
	}
	return image
}
