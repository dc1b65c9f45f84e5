package generate

import (
	"fmt"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/schema"
)

// mostTag is how many characters the tag of an image may have.
const mostTag = 128

// tagsFit refuses tag schemes from which no run could make a valid tag.
func tagsFit(s input) diag.List {
	var out diag.List
	for _, i := range s.Images {
		out = append(out, tagCanFire(s, i.Value)...)
		out = append(out, tagFits(s, i.Value)...)
	}
	return out
}

// tagCanFire refuses a tag scheme and build arguments that no run could fill in (X08).
func tagCanFire(s input, i schema.Image) diag.List {
	var out diag.List
	refuse := func(at, text string) {
		if strings.Contains(text, "{gitTag}") && s.Source.ReleaseTags == "" {
			out = append(out, diag.Diagnostic{Code: diag.Contradiction, Path: at, Message: fmt.Sprintf("%s is %q, but no run is started by a git tag", at, text),
				Help: `set source.releaseTags, for example "v*", or use {sha}`})
		}
	}
	refuse(i.At+".tag", i.Tag)
	for _, name := range sorted(i.BuildArgs) {
		refuse(schema.Join(i.At+".buildArgs", name), i.BuildArgs[name])
	}
	return out
}

// tagFits refuses a tag scheme from which no run could make a valid tag: each run would fail after the image is built
// (X08).
func tagFits(s input, i schema.Image) diag.List {
	// The text that every matching git tag contains; **/ also matches nothing.
	gitTag := strings.ReplaceAll(strings.ReplaceAll(s.Source.ReleaseTags, "**/", ""), "*", "")
	least := strings.NewReplacer("{sha}", strings.Repeat("0", 40), "{sha7}", "0000000", "{runNumber}", "1", "{gitTag}", gitTag).Replace(i.Tag)
	at := i.At + ".tag"
	if i.Tag == strings.ReplaceAll(s.Source.Branch, "/", "-")+"-{sha}" {
		// The tag is the default, which depends on the branch.
		at = "source.branch"
	}
	refuse := func(help, format string, args ...any) diag.List {
		return diag.List{{Code: diag.Contradiction, Rule: "X08", Path: at, Message: fmt.Sprintf(format, args...), Help: help}}
	}
	switch {
	case strings.Contains(least, "/"):
		return refuse(`release by tags without one, for example source.releaseTags: "v*", or use {sha}`,
			"%s.tag is %q, but every git tag that fits source.releaseTags, %q, has a / in it, which an image tag cannot have", i.At, i.Tag, s.Source.ReleaseTags)
	case len(least) > mostTag:
		return refuse(`write a shorter `+i.At+`.tag, for example "main-{sha}"`,
			"%s.tag is %q, which gives at least %d characters; an image tag may have %d", i.At, i.Tag, len(least), mostTag)
	}
	return nil
}
