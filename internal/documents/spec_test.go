package documents

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/schema"
)

const (
	referenceBegins = "<!-- The reference: written by go test ./internal/documents -update -->\n"
	referenceEnds   = "<!-- End of the reference -->\n"
)

// TestSpecReference keeps the reference equal to the schema.
func TestSpecReference(t *testing.T) {
	got := read(t, "spec.md")
	before, rest, ok := strings.Cut(got, referenceBegins)
	_, after, ended := strings.Cut(rest, referenceEnds)
	if !ok || !ended {
		t.Fatalf("spec.md needs the lines\n%s%s", referenceBegins, referenceEnds)
	}
	root, err := schema.Reference()
	if err != nil {
		t.Fatal(err)
	}
	r := reference{decided: decided(t)}
	r.section(root)
	settle(t, "spec.md", got, before+referenceBegins+r.String()+"\n"+referenceEnds+after)
}

// TestSpecExamples runs check on every example.
func TestSpecExamples(t *testing.T) {
	blocks := blocksOf(read(t, "spec.md"))
	for _, b := range blocks {
		t.Run(fmt.Sprintf("line %d", b.line), func(t *testing.T) {
			t.Parallel()
			if output, code := try(t, base(blocks), b); code != 0 {
				t.Errorf("exit code %d:\n%s", code, output)
			}
		})
	}
}

// decided returns the defaults that generate fills in, by path: they depend on a
// choice that schema/defaults.cue does not see.
func decided(t *testing.T) map[string]string {
	blocks := blocksOf(read(t, "spec.md"))
	var versions []string
	out := map[string]string{}
	for _, manager := range []string{"poetry", "uv", "pipenv"} {
		example := fmt.Sprintf("test: python: {version: \"3.13\", packageManager: %q, package: \"app\"}\n", manager)
		loaded, found := schema.Load("pipeline.cue", []byte(within(base(blocks), example)))
		if len(found) > 0 {
			t.Fatal(found)
		}
		py := loaded.Spec.Tests[0].Value.Python
		versions = append(versions, fmt.Sprintf("`%q` of %s", py.PackageManagerVersion, manager))
		out["test.python.tests"] = fmt.Sprintf("`%q`", py.Tests)
		out["test.python.directory"] = fmt.Sprintf("`%q`", py.Directory)
	}
	out["test.python.packageManagerVersion"] = strings.Join(versions, ", ")
	return out
}

// reference writes the tree of fields as Markdown: one section for each struct,
// one row for each field.
type reference struct {
	strings.Builder
	decided map[string]string
}

func (r *reference) section(f schema.Field) {
	at, heading := prefixOf(f), "### Top level"
	if at != "" {
		heading = strings.Repeat("#", min(6, 3+strings.Count(f.Path, "."))) + " `" + at + "`"
	}
	fmt.Fprintf(r, "\n%s\n\n%s\n\n| field | what it means | what it may be | without it |\n|---|---|---|---|\n", heading, text(f.Doc))
	r.rows(at, f.Fields)
	r.below(f.Fields)
}

// rows writes a row for each field, and for the fields of small structs.
func (r *reference) rows(at string, fields []schema.Field) {
	for _, f := range fields {
		name := strings.TrimPrefix(strings.TrimPrefix(f.Path, at), ".")
		fmt.Fprintf(r, "| `%s` | %s | %s | %s |\n", name, text(f.Doc), r.allowed(f), r.without(f))
		if small(f) {
			r.rows(at, f.Fields)
		}
	}
}

// below writes the sections of all structs that have one.
func (r *reference) below(fields []schema.Field) {
	for _, f := range fields {
		if len(f.Fields) > 0 && !small(f) {
			r.section(f)
		}
	}
}

func (r *reference) allowed(f schema.Field) string {
	s := text(f.Allowed)
	if f.Same != "" {
		return strings.TrimPrefix(s+fmt.Sprintf("; what [`%s`](#%s) may be", f.Same, anchor(f.Same)), "; ")
	}
	if len(f.Fields) > 0 {
		if s != "" {
			s += "; "
		}
		if small(f) {
			return s + "see below"
		}
		at := prefixOf(f)
		return fmt.Sprintf("%ssee [`%s`](#%s)", s, at, anchor(at))
	}
	if f.Example != "" && !strings.Contains(f.Allowed, "such as") && !strings.Contains(f.Allowed, f.Example) && f.Type != "true or false" {
		s += ", such as `" + f.Example + "`"
	}
	return s
}

func (r *reference) without(f schema.Field) string {
	switch {
	case f.Required:
		return "**required**"
	case f.Derived:
		return "from other fields, such as `" + f.Default + "`"
	case f.Default != "":
		return "`" + f.Default + "`"
	}
	return r.decided[f.Path]
}

// small reports whether a struct gets rows in its parent's table instead of a
// section.
func small(f schema.Field) bool {
	const most = 3
	if len(f.Fields) == 0 || len(f.Fields) > most || !strings.Contains(f.Path, ".") {
		return false
	}
	for _, c := range f.Fields {
		if len(c.Fields) > 0 {
			return false
		}
	}
	return true
}

// prefixOf is the path below which the fields of a struct lie: for a list or a map,
// that of an element.
func prefixOf(f schema.Field) string {
	first := f.Fields[0].Path
	return first[:max(0, strings.LastIndex(first, "."))]
}

// anchor is what GitHub makes of a heading.
func anchor(heading string) string {
	return strings.ToLower(strings.NewReplacer(".", "", "[", "", "]", "").Replace(heading))
}

// text escapes a sentence for a table.
func text(s string) string {
	return strings.NewReplacer("|", `\|`, "<", "&lt;", "*", `\*`, "_", `\_`).Replace(s)
}
