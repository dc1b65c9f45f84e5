package prove

import (
	"path"
	"strings"
)

// x11: a path filter lets through every file that ships: the source, the
// Dockerfile and its ignore file, the lock files, and the workflow itself. A check
// that is required has no filter at all: skipped, it would be pending for ever (W26).
func x11(m *model) {
	for _, w := range m.workflows {
		if !w.builds() {
			continue
		}
		for _, event := range []string{"pull_request", "merge_group"} {
			t, _ := w.trigger(event)
			for _, f := range []string{"paths", "paths-ignore"} {
				if filter := t.get(f); filter.ok() {
					m.broken(X11, filter.at(), m.gateName(w), "remove the filter", "%s is filtered by path: the required check stays pending where the filter skips it", event)
				}
			}
		}
		push, _ := w.trigger("push")
		for _, file := range w.shipped() {
			if only := push.get("paths"); only.ok() && !matches(only.list(), file.name) {
				m.broken(X11, only.at(), file.at, "add it to paths", "a change of %s alone does not start the pipeline, and it ships", file.name)
			}
			if not := push.get("paths-ignore"); not.ok() && matches(not.list(), file.name) {
				m.broken(X11, not.at(), file.at, "ignore the live folders only", "a change of %s alone does not start the pipeline, and it ships", file.name)
			}
		}
	}
}

type shippedFile struct {
	name string
	at   place
}

// shipped are files that change the image or its pipeline, one of each sort.
func (w *workflow) shipped() []shippedFile {
	out := []shippedFile{{w.src.Path, w.at()}}
	seen := map[string]bool{}
	add := func(name string, at place) {
		if name = path.Clean(name); !seen[name] {
			seen[name] = true
			out = append(out, shippedFile{name, at})
		}
	}
	for _, j := range w.jobs {
		for _, s := range j.steps {
			if s.uses == "docker/build-push-action" {
				dir := s.with("context")
				add(path.Join(dir.text(), "a", "source.file"), dir.at())
				add(path.Join(dir.text(), ".dockerignore"), dir.at())
				add(s.with("file").text(), s.with("file").at())
			}
			if locks := s.with("cache-dependency-path"); locks.ok() {
				for _, l := range strings.Fields(locks.text()) {
					add(l, locks.at())
				}
			}
		}
	}
	return out
}

// matches reads GitHub's filter patterns: the last one that fits decides.
func matches(patterns []string, name string) bool {
	hit := false
	for _, p := range patterns {
		if not, ok := strings.CutPrefix(p, "!"); ok {
			hit = hit && !glob(not, name)
			continue
		}
		hit = hit || glob(p, name)
	}
	return hit
}

// glob matches ** across folders, and * and ? inside one.
func glob(pattern, name string) bool { return globDeep(pattern, name, 0) }

func globDeep(pattern, name string, depth int) bool {
	if depth > maxDepth*4 {
		return false
	}
	for {
		switch {
		case pattern == "":
			return name == ""
		case strings.HasPrefix(pattern, "**"):
			rest := strings.TrimLeft(pattern, "*")
			for i := 0; i <= len(name); i++ {
				if globDeep(rest, name[i:], depth+1) || strings.HasPrefix(rest, "/") && i == 0 && globDeep(rest[1:], name, depth+1) {
					return true
				}
			}
			return false
		case pattern[0] == '*':
			for i := 0; i <= len(name); i++ {
				if globDeep(pattern[1:], name[i:], depth+1) {
					return true
				}
				if i < len(name) && name[i] == '/' {
					return false
				}
			}
			return false
		case name == "" || pattern[0] != '?' && pattern[0] != name[0] || pattern[0] == '?' && name[0] == '/':
			return false
		}
		pattern, name = pattern[1:], name[1:]
	}
}
