package change

import (
	"bytes"
	"maps"
	"path"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/internal/artifact"
)

// workflow is what the rules know of a workflow.
type workflow struct {
	content []byte
	jobs    map[string]job
	// secrets, variables and actions are the names that it uses.
	secrets, variables, actions map[string]bool
	permissions                 map[string]string
}

// jobs are those of all workflows, by file and id.
func (v *view) jobs() map[string]job {
	out := map[string]job{}
	for _, w := range v.workflows {
		maps.Copy(out, w.jobs)
	}
	return out
}

type job struct {
	file, id string
	body     map[string]any
}

// workflowOf reads a workflow, unless another view has read the same one.
func workflowOf(f artifact.File, like *view) *workflow {
	if like != nil {
		if w := like.workflows[f.Path]; w != nil && bytes.Equal(w.content, f.Content) {
			return w
		}
	}
	w := &workflow{content: f.Content, jobs: map[string]job{}, secrets: names("secrets.", f), variables: names("vars.", f), actions: map[string]bool{}}
	var body map[string]any
	if yaml.Unmarshal(f.Content, &body) != nil {
		return w
	}
	w.permissions = rights(body)
	jobs, _ := body["jobs"].(map[string]any)
	for id, j := range jobs {
		b, _ := j.(map[string]any)
		w.jobs[path.Base(f.Path)+" "+id] = job{path.Base(f.Path), id, b}
		for _, uses := range append(steps(b), b) {
			if name, _, ok := strings.Cut(text(uses, "uses"), "@"); ok {
				w.actions[name] = true
			}
		}
	}
	return w
}

// names are the words behind each context, such as "secrets.", that a file reads.
func names(context string, f artifact.File) map[string]bool {
	out := map[string]bool{}
	text := string(f.Content)
	for {
		before, after, ok := strings.Cut(text, context)
		if !ok {
			return out
		}
		name := after[:len(after)-len(strings.TrimLeftFunc(after, inName))]
		if name != "" && (name[0] < '0' || name[0] > '9') && strings.TrimRightFunc(before, inName) == before {
			out[name] = true
		}
		text = after
	}
}

// inName reports whether a character may be in the name of a context, a secret or a variable.
func inName(r rune) bool {
	return r == '_' || '0' <= r && r <= '9' || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z'
}

func steps(job map[string]any) []map[string]any {
	var out []map[string]any
	all, _ := job["steps"].([]any)
	for _, s := range all {
		if step, ok := s.(map[string]any); ok {
			out = append(out, step)
		}
	}
	return out
}

// rights are the permissions of a workflow or a job. A word for all of them stands under the name "everything".
func rights(of map[string]any) map[string]string {
	out := map[string]string{}
	switch p := of["permissions"].(type) {
	case string:
		out["everything"] = strings.TrimSuffix(p, "-all")
	case map[string]any:
		for name, access := range p {
			out[name], _ = access.(string)
		}
	}
	return out
}
