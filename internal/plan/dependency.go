package plan

import "strings"

// Dependency is something that programs or tests use.
type Dependency struct {
	Name, Path string
	Port       int
	// Workload is the one that it is, "" where it runs elsewhere.
	Workload string
	// Image is what is in its place beside tests, "" for nothing.
	Image string
	// Tests are the jobs, and Workloads the workloads, that use it.
	Tests, Workloads []string
}

// Moved is a place in the spec that a dependency gives a value: At is where a spec would say it that names no dependency,
// and From is where this one does.
type Moved struct{ At, From string }

// Place is where the spec says what is at a path: of the places of what was moved, the longest counts.
func (p Plan) Place(path string) string {
	out, longest := path, ""
	for _, m := range p.Moved {
		if rest, ok := strings.CutPrefix(path, m.At); ok && len(m.At) > len(longest) && (rest == "" || rest[0] == '.' || rest[0] == '[') {
			out, longest = m.From+rest, m.At
		}
	}
	return out
}
