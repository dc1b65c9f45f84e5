package frompipeline

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// movingTags reads the tags of an image that every push or every release moves, and where the first of them is.
func (d *drafter) movingTags(i *image) ([]string, pipeline.Place) {
	var out []string
	var first pipeline.Place
	add := func(at pipeline.Place, tags ...string) {
		for _, tag := range tags {
			if tag == "" || slices.Contains(out, tag) {
				continue
			}
			if len(out) == 0 {
				first = at
			}
			out = append(out, tag)
		}
	}
	for _, j := range d.jobsOf(i) {
		for _, s := range j.Steps {
			if n := s.Get("env", "MOVING_TAGS"); n.OK() {
				add(n.At(), strings.Fields(n.Text())...)
			}
			if s.Uses == "docker/metadata-action" {
				tags := s.With("tags")
				for n, line := range strings.Split(tags.Text(), "\n") {
					add(tags.TextLine(n), d.movedBy(strings.TrimSpace(line), s.With("flavor").Text())...)
				}
			}
		}
	}
	all := d.pushed(i)
	for _, b := range d.buildsOf(i) {
		all = append(append(all, b.References()...), scripted(b.command)...)
	}
	for _, r := range all {
		if slices.Contains([]string{"latest", "edge", "stable"}, r.Tag) {
			add(r.At, r.Tag)
		}
	}
	return out, first
}

// versionFile is the file that has the version of an image, where pipegen's own script reads it.
func (d *drafter) versionFile(i *image) pipeline.Node {
	for _, j := range d.jobsOf(i) {
		for _, s := range j.Steps {
			if n := s.Get("env", "VERSION_FILE"); n.OK() {
				return n
			}
		}
	}
	return pipeline.Node{}
}

var literalTag = lazy.Regexp(`^[a-zA-Z0-9_][a-zA-Z0-9_.-]*$`)

// movedBy are the moving tags that a rule of docker/metadata-action gives in the runs that release.
// https://github.com/docker/metadata-action#tags-input
func (d *drafter) movedBy(line, flavor string) []string {
	fields := map[string]string{}
	for n, f := range strings.Split(line, ",") {
		k, v, named := strings.Cut(f, "=")
		if !named && n == 0 {
			k, v = "value", k
		}
		fields[k] = v
	}
	// A value may be without its name.
	kind, value := fields["type"], fields["value"]
	if kind == "raw" && value == "" {
		_, value, _ = strings.Cut(line, ",")
	}
	around := func(tag string) []string {
		tag = fields["prefix"] + tag + fields["suffix"]
		if strings.ContainsAny(tag, "$ ") || strings.Contains(tag, "{{") {
			return nil
		}
		return []string{tag}
	}
	switch {
	case fields["enable"] == "false":
		return nil
	case kind == "raw" || kind == "":
		if !literalTag().MatchString(value) || d.releases && strings.Contains(fields["enable"], "is_default_branch") {
			return nil
		}
		return around(value)
	case kind == "edge" && !d.releases:
		return around("edge")
	case kind == "ref" && fields["event"] == "branch" && !d.releases:
		return around("{branch}")
	case (kind == "semver" || kind == "pep440") && d.releases:
		out := around(strings.NewReplacer("{{version}}", "{version}", "{{major}}", "{major}", "{{minor}}", "{minor}").Replace(fields["pattern"]))
		if !strings.Contains(flavor, "latest=false") {
			out = append(out, "latest")
		}
		return out
	}
	return nil
}
