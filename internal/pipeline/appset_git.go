package pipeline

import (
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/lazy"
)

// git are the elements that the generator of git gives: one for each folder that fits a pattern, or what is in each file.
// All is in the lines of the patterns. It is followed where it reads what the template renders, at the same revision: then
// it is the repository that is read here.
// https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Generators-Git/
func (e *expansion) git(kind child) []child {
	for field := range pairsOf(kind.Value) {
		switch field.Step {
		case "directories", "files", "requeueAfterSeconds":
		case "repoURL", "revision":
			if other, ok := e.renders(field); !ok {
				e.fault(field.Line, "the generator reads %s, and the template renders %s", textOf(field.Value), other)
				return nil
			}
		default:
			e.fault(field.Line, "the generator of git has %s, which is not followed", field.Step)
			return nil
		}
	}
	folders, files := entry(kind.Value, "directories", kind.Line), entry(kind.Value, "files", kind.Line)
	found := e.inFolders(folders)
	if folders.Value == nil {
		found = e.inFiles(files)
	}
	if len(found) == 0 && len(e.faults) == 0 {
		e.fault(kind.Line, "nothing in the repository fits the patterns of the generator")
	}
	return found
}

// renders reports whether a source of the template has the repository or the revision of a generator, or names another.
// Each element may have a branch of its own: what is rendered for it, and the generator reads what that is rendered of.
func (e *expansion) renders(field child) (other string, ok bool) {
	spec := entry(e.template.Value, "spec", e.template.Line)
	sources := []child{entry(spec.Value, "source", spec.Line)}
	if several := entry(spec.Value, "sources", spec.Line); several.Value != nil {
		sources = slices.Collect(itemsOf(several.Value))
	}
	for _, s := range sources {
		other = textOf(entry(s.Value, map[string]string{"repoURL": "repoURL", "revision": "targetRevision"}[field.Step], s.Line).Value)
		if plainRevision(textOf(field.Value)) == plainRevision(other) || field.Step == "revision" && strings.Contains(other, "{{") {
			return other, true
		}
	}
	return other, false
}

func plainRevision(text string) string {
	text = strings.TrimSuffix(strings.TrimPrefix(text, "refs/heads/"), ".git")
	if text == "" {
		return "HEAD"
	}
	return text
}

// pattern is one of a generator of git.
type pattern struct {
	child
	text    string
	exclude bool
}

// mostPatterns bounds how often each file is looked at.
const mostPatterns = 50

func patternsOf(list child) []pattern {
	var out []pattern
	for item := range itemsOf(list.Value) {
		p := entry(item.Value, "path", item.Line)
		out = append(out, pattern{p, textOf(p.Value), textOf(entry(item.Value, "exclude", 0).Value) == "true"})
	}
	return out
}

// fitting is the pattern that takes a name in, where none takes it out.
func fitting(all []pattern, fits func(p pattern) bool) (in pattern, ok bool) {
	for _, p := range all {
		switch {
		case !fits(p):
		case p.exclude:
			return pattern{}, false
		case !ok:
			in, ok = p, true
		}
	}
	return in, ok
}

// inFolders are the folders that fit, whether they hold files or folders alone. Hidden ones do not count.
func (e *expansion) inFolders(list child) []child {
	all := map[string]bool{}
	for _, f := range e.files {
		for dir := path.Dir(f.Path); f.Root == artifact.GitOps && dir != "." && !all[dir]; dir = path.Dir(dir) {
			all[dir] = true
		}
	}
	patterns := patternsOf(list)
	if len(patterns) > mostPatterns {
		e.fault(list.Line, "the generator has too many patterns to be followed")
		return nil
	}
	var out []child
	for _, dir := range slices.Sorted(maps.Keys(all)) {
		hidden := strings.HasPrefix(dir, ".") || strings.Contains(dir, "/.")
		p, ok := fitting(patterns, func(p pattern) bool { match, err := path.Match(p.text, dir); return match && err == nil })
		if ok && !hidden {
			out = append(out, child{Value: e.withPath(mapping(p.Line), dir, "", p.Line), Line: p.Line})
		}
	}
	return out
}

// inFiles are the mappings in the files that fit. An option of Argo CD says whether * goes across folders: where that makes
// a difference, nobody here knows which files are read.
func (e *expansion) inFiles(list child) []child {
	patterns := patternsOf(list)
	if len(patterns) > mostPatterns {
		e.fault(list.Line, "the generator has too many patterns to be followed")
		return nil
	}
	var out []child
	for _, p := range patterns {
		if !isYAML(p.text) || strings.ContainsAny(p.text, "?[\\{") {
			e.fault(p.Line, "the generator reads %s, and only files of YAML by * can be followed", p.text)
			return nil
		}
	}
	for _, f := range e.files {
		if f.Root != artifact.GitOps {
			continue
		}
		p, ok := fitting(patterns, func(p pattern) bool { return PatternFits(p.text, f.Path) })
		if _, across := fitting(patterns, func(p pattern) bool { return acrossFolders(p.text, f.Path) }); across != ok {
			e.fault(list.Line, "whether the generator reads %s depends on how Argo CD is set up", f.Path)
			return nil
		}
		if !ok || len(f.Docs) != 1 {
			continue
		}
		items := []*yaml.Node{f.Docs[0].y}
		if isList(f.Docs[0].y) {
			items = valueOf(f.Docs[0].y).Content
		}
		for _, item := range items {
			element := mapping(p.Line)
			e.fields(element, "", item, p.Line)
			out = append(out, child{Value: e.withPath(element, path.Dir(f.Path), path.Base(f.Path), p.Line), Line: p.Line})
		}
	}
	return out
}

// acrossFolders matches as git does.
func acrossFolders(pattern, name string) bool {
	parts := strings.Split(pattern, "*")
	for i := range parts {
		parts[i] = regexp.QuoteMeta(parts[i])
	}
	match, err := regexp.MatchString("^"+strings.Join(parts, ".*")+"$", name)
	return match && err == nil
}

// fields adds what a file says, in one line: as it is for Go's templates, else each value under its whole name.
func (e *expansion) fields(to *yaml.Node, under string, from *yaml.Node, line int) {
	for c := range pairsOf(from) {
		switch {
		case e.deep:
			put(to, c.Step, inLine(c.Value, line), line)
		case isMap(c.Value):
			e.fields(to, under+c.Step+".", c.Value, line)
		default:
			put(to, under+c.Step, text(textOf(c.Value), line), line)
		}
	}
}

// inLine is a value with all of it in one line.
func inLine(y *yaml.Node, line int) *yaml.Node {
	v := valueOf(y)
	if v == nil {
		return text("", line)
	}
	out := &yaml.Node{Kind: v.Kind, Tag: v.Tag, Value: v.Value, Line: line}
	for _, c := range v.Content {
		out.Content = append(out.Content, inLine(c, line))
	}
	return out
}

// withPath adds what the generator says of the place of a folder or a file. It wins over what a file says.
func (e *expansion) withPath(element *yaml.Node, dir, file string, line int) *yaml.Node {
	for i := 0; i+1 < len(element.Content); i += 2 {
		if element.Content[i].Value == "path" {
			element.Content = append(element.Content[:i:i], element.Content[i+2:]...)
			break
		}
	}
	names := [][2]string{{"basename", path.Base(dir)}, {"basenameNormalized", normalized(path.Base(dir))}}
	if file != "" {
		names = append(names, [2]string{"filename", file}, [2]string{"filenameNormalized", normalized(file)})
	}
	segments := strings.Split(dir, "/")
	if !e.deep {
		put(element, "path", text(dir, line), line)
		for _, n := range names {
			put(element, "path."+n[0], text(n[1], line), line)
		}
		for i, s := range segments {
			put(element, fmt.Sprintf("path[%d]", i), text(s, line), line)
		}
		return element
	}
	list := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Line: line}
	for _, s := range segments {
		list.Content = append(list.Content, text(s, line))
	}
	below := mapping(line)
	put(below, "path", text(dir, line), line)
	put(below, "segments", list, line)
	for _, n := range names {
		put(below, n[0], text(n[1], line), line)
	}
	put(element, "path", below, line)
	return element
}

var noName = lazy.Regexp(`[^-a-z0-9.]`)

// normalized is a name as Argo CD makes it fit for an object.
func normalized(name string) string {
	name = noName().ReplaceAllString(strings.ToLower(name), "-")
	return strings.Trim(name[:min(len(name), 253)], "-.")
}
