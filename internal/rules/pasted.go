package rules

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// noPastedExpressions: whoever chooses the value of an expression inside of a script chooses what it runs. In a pipeline
// written by hand, values that nobody chooses are let through.
func noPastedExpressions(c *Case) {
	c.stepsAndActions(func(s *pipeline.Step) {
		for _, script := range []pipeline.Node{s.Get("run"), s.With("script")} {
			for i, line := range strings.Split(script.Text(), "\n") {
				all := pipeline.Expressions(line)
				if cut := strings.LastIndex(line, "${{"); cut >= 0 && !strings.Contains(line[cut:], "}}") {
					all = append(all, line[cut:]+"}}")
				}
				at := slices.IndexFunc(all, func(e string) bool { return c.Facts != nil || !settled(s, e, maxSettled) })
				if at >= 0 {
					c.broken(script.TextLine(i), s.Job.At(), "pass the value through env: and quote the variable",
						"%s has %s inside of a script, where its value may run as a command", s.Job.Label(), quoted(all[at]))
				}
			}
		}
	})
}

// maxSettled bounds how far expressions are followed.
const maxSettled = 8

var (
	textInExpression = lazy.Regexp(`'[^']*'`)
	// readBy is what an expression reads, or the name of a function with its bracket.
	readBy = lazy.Regexp(`[A-Za-z_][\w-]*(?:\.[\w*-]+|\[[^\]]*\])*\s*\(?`)
	// fixed are what GitHub makes of digits, of the names of a repository and its owner, or of a few words, and what only those
	// may set who may set secrets.
	fixed = lazy.Regexp(`^(?:github\.(?:sha|workflow_sha|run_id|run_number|run_attempt|event_name|repository|repository_owner|repository_id|repository_owner_id|actor|actor_id|triggering_actor|ref_type|job|workspace|server_url|api_url|graphql_url|action_path|token)` +
		`|github\.event\.(?:before|after|number|pull_request\.(?:number|id|base\.sha|head\.sha|merge_commit_sha|merged|draft)|issue\.number|repository\.(?:name|full_name|id)|workflow_run\.(?:id|head_sha|conclusion|run_number))` +
		`|runner\.\w+|job\.status|strategy\.[\w-]+|steps\.[\w-]+\.(?:outcome|conclusion)|needs\.[\w-]+\.result|secrets\.[\w-]+|vars\.[\w-]+|true|false|null)$`)
	// askers are commands and variables by which a script learns what somebody else has written.
	askers = lazy.Regexp(`GITHUB_(?:HEAD_REF|REF\b|REF_NAME|EVENT_PATH|ACTOR)|\bgit (?:log|show|branch|symbolic-ref|rev-parse --abbrev-ref)\b|\bgh |\bcurl `)
)

// settling are actions whose outputs are digests, tags, names of accounts and the like.
var settling = []string{"actions/cache", "actions/checkout", "aws-actions/amazon-ecr-login", "aws-actions/configure-aws-credentials", "docker/build-push-action", "docker/metadata-action", "google-github-actions/auth"}

// settled reports whether nobody but those who may change the workflow chooses the value of an expression of a step.
func settled(s *pipeline.Step, text string, left int) bool {
	if left == 0 {
		return false
	}
	for _, e := range pipeline.Expressions(text) {
		for _, r := range readBy().FindAllString(textInExpression().ReplaceAllString(strings.Trim(e, "${} "), "0"), -1) {
			if strings.HasSuffix(r, "(") {
				continue // a function, whose arguments come next
			}
			if r = strings.TrimSpace(r); !fixed().MatchString(r) && !settledReference(s, strings.Split(r, "."), left-1) {
				return false
			}
		}
	}
	return true
}

// settledReference is settled for what a step reads by a path.
func settledReference(s *pipeline.Step, path []string, left int) bool {
	j := s.Job
	switch from := path[0]; {
	case from == "env" && len(path) == 2:
		for _, of := range []pipeline.Node{s.Get("env", path[1]), j.Get("env", path[1]), j.Workflow.Get("env", path[1])} {
			if of.OK() {
				return settled(s, of.Text(), left)
			}
		}
	case from == "matrix" && len(path) > 1:
		legs, all := j.Get("strategy", "matrix"), true
		legs.Scalars(func(n pipeline.Node) { all = all && settled(s, n.Text(), left) })
		return legs.IsMap() && all
	case from == "inputs" && len(path) == 2, from == "github" && len(path) == 4 && path[1] == "event" && path[2] == "inputs":
		for _, event := range []string{"workflow_dispatch", "workflow_call"} {
			trigger, ok := j.Workflow.Trigger(event)
			if kind := trigger.Get("inputs", path[len(path)-1], "type").Text(); ok && !slices.Contains([]string{"choice", "boolean", "number", "environment"}, kind) {
				return false
			}
		}
		return true
	case from == "steps" && len(path) == 4:
		for _, of := range j.Steps {
			if of.ID == path[1] {
				return settledOutputs(of, path[3], left)
			}
		}
	case from == "needs" && len(path) == 4:
		of := j.Workflow.Job(path[1])
		if of == nil || len(of.Steps) == 0 {
			return false
		}
		output := of.Get("outputs", path[3])
		return output.OK() && settled(of.Steps[0], output.Text(), left)
	}
	return false
}

// settledOutputs reports whether an output of a step is made of nothing that others choose.
func settledOutputs(s *pipeline.Step, output string, left int) bool {
	if s.Uses == "dorny/paths-filter" {
		return !strings.HasSuffix(output, "_files") // these are names of files
	}
	if s.Uses != "" {
		return slices.Contains(settling, s.Uses)
	}
	all := !askers().MatchString(s.Run())
	for _, n := range []pipeline.Node{s.Get("run"), s.Get("env")} {
		n.Scalars(func(n pipeline.Node) { all = all && settled(s, n.Text(), left) })
	}
	return all
}
