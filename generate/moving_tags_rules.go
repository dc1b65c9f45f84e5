package generate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/schema"
)

// contentPrefix begins the tags by which later runs find an image by its files.
const contentPrefix = "content-"

// movingTagsFit refuses moving tags that no run could fill in, or where no run could say who has them.
func movingTagsFit(s input) diag.List {
	var out diag.List
	for _, i := range s.Images {
		v := i.Value
		out = append(out, eachOnce(v.At+".movingTags", v.MovingTags, "")...)
		for n, tag := range v.MovingTags {
			out = append(out, movingTagFits(s, v, schema.Item(v.At+".movingTags", n), tag)...)
		}
		if len(v.MovingTags) > 0 && strings.Contains(v.Tag, "{runNumber}") {
			out = append(out, diag.Diagnostic{Code: diag.Contradiction, Rule: "W51", Path: v.At + ".movingTags",
				Message: fmt.Sprintf("%s.tag is %q, and nobody knows the run numbers of other commits: a run could not see whether a newer image is published", v.At, v.Tag),
				Help:    "use {sha}, {sha7} or {gitTag} in " + v.At + ".tag"})
		}
		out = append(out, versionFileFits(s, v)...)
	}
	return out
}

func movingTagFits(s input, i schema.Image, at, tag string) diag.List {
	refuse := func(code diag.Code, rule, help, format string, args ...any) diag.List {
		return diag.List{{Code: code, Rule: rule, Path: at, Message: fmt.Sprintf(format, args...), Help: help}}
	}
	switch {
	case strings.HasPrefix(tag, contentPrefix):
		return refuse(diag.Reserved, "", "begin it with another word", "%s is %q: pipegen itself gives images such tags, by their files", at, tag)
	case strings.Contains(tag, "{branch}") && s.Source.ReleaseTags != "":
		return refuse(diag.Contradiction, "X08", "use {major}, {minor} and {version}, or a word such as latest",
			"%s is %q, but a run that releases is of a git tag and has no branch", at, tag)
	case strings.Contains(tag, "{minor}") && !strings.Contains(tag, "{major}"):
		return refuse(diag.Contradiction, "", `write "{major}.{minor}"`, "%s is %q, which 1.4 and 2.4 would both have", at, tag)
	case ofVersion(tag) && s.Source.ReleaseTags == "" && i.VersionFile == "":
		return refuse(diag.Contradiction, "X08", "name the file that has the version in "+i.At+".versionFile, or release by git tags with source.releaseTags",
			"%s is %q, but nothing says which version a run builds", at, tag)
	}
	return nil
}

// ofVersion reports a moving tag with a part of the version in it.
func ofVersion(tag string) bool {
	return slices.ContainsFunc([]string{"{version}", "{major}", "{minor}"}, func(word string) bool { return strings.Contains(tag, word) })
}

// versionFileFits refuses a version file that nothing reads.
func versionFileFits(s input, i schema.Image) diag.List {
	at := i.At + ".versionFile"
	idle := func(why, help string) diag.List {
		return diag.List{{Code: diag.NotApplicable, Path: at, Message: at + " does nothing: " + why, Help: help}}
	}
	switch {
	case i.VersionFile == "":
		return nil
	case s.Source.ReleaseTags != "":
		return idle("the git tag of a release has the version", "leave it out")
	case !slices.ContainsFunc(i.MovingTags, ofVersion):
		return idle("no moving tag has the version in it", `add one, such as "{major}.{minor}", to `+i.At+".movingTags")
	}
	return nil
}
