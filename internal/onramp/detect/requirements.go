package detect

import (
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
)

// requirements are the requirements files of pip.
type requirements struct {
	files  []string
	hashed bool
	names  []string
}

var requirementsFile = lazy.Regexp(`^(?:requirements(?:[-_.](?:dev|test|tests|ci|prod))?|(?:dev|test)[-_]requirements)\.txt$`)

// findRequirements reads the requirements files at the top and in the folder requirements, with all files that they
// include.
func findRequirements(t tree) requirements {
	r := requirements{hashed: true}
	files, _ := t.list(".")
	for _, name := range files {
		if requirementsFile().MatchString(name) {
			r.files = append(r.files, name)
		}
	}
	for _, name := range []string{"base", "main", "prod", "production", "dev", "test", "tests", "ci"} {
		if file := "requirements/" + name + ".txt"; t.has(file) {
			r.files = append(r.files, file)
		}
	}
	var included []string
	seen := map[string]bool{}
	for queue := slices.Clone(r.files); len(queue) > 0; queue = queue[1:] {
		name := queue[0]
		if seen[name] {
			continue
		}
		seen[name] = true
		one := ParseRequirements(t.text(name))
		r.names = append(r.names, one.Names...)
		r.hashed = r.hashed && one.Hashed
		for _, inner := range one.Includes {
			inner = path.Join(path.Dir(name), inner)
			included = append(included, inner)
			queue = append(queue, inner)
		}
	}
	r.files = slices.DeleteFunc(r.files, func(name string) bool { return slices.Contains(included, name) })
	return r
}

func (r requirements) presence(name string) Presence {
	if slices.Contains(r.names, name) {
		return Installed
	}
	return Absent
}

// Requirements is one requirements file.
type Requirements struct {
	// Names are the packages, normalised.
	Names []string
	// Includes are the files that it includes by -r.
	Includes []string
	// Hashed reports that every requirement has a hash.
	Hashed bool
}

var include = lazy.Regexp(`^(?:-r|--requirement)[ =]*(\S+)`)

// ParseRequirements reads the text of a requirements file.
func ParseRequirements(text string) Requirements {
	r := Requirements{Hashed: true}
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\\\n", " ")
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch file := group(include(), line); {
		case line == "" || strings.HasPrefix(line, "#"):
		case file != "":
			r.Includes = append(r.Includes, file)
		case strings.HasPrefix(line, "-e") || strings.HasPrefix(line, "--editable"):
			r.Hashed = false
		case strings.HasPrefix(line, "-"):
		default:
			r.Names = append(r.Names, normal(group(requirementName(), line)))
			r.Hashed = r.Hashed && strings.Contains(line, "--hash=")
		}
	}
	return r
}
