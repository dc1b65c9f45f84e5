package generate

import (
	"fmt"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
)

// mostTag is how many characters the tag of an image may have.
const mostTag = 128

// tagCanFire refuses a tag scheme that no run could fill in (X08).
func tagCanFire(s input) diag.List {
	if strings.Contains(s.Image.Tag, "{gitTag}") && s.Source.ReleaseTags == "" {
		return diag.List{{Code: diag.Contradiction, Path: "image.tag",
			Message: fmt.Sprintf("image.tag is %q, but no run is started by a git tag", s.Image.Tag),
			Help:    `set source.releaseTags, for example "v*", or use {sha}`}}
	}
	return nil
}

// tagFits refuses a tag scheme from which no run could make a valid tag: each run would fail after the image is built
// (X08).
func tagFits(s input) diag.List {
	// The text that every matching git tag contains; **/ also matches nothing.
	gitTag := strings.ReplaceAll(strings.ReplaceAll(s.Source.ReleaseTags, "**/", ""), "*", "")
	least := strings.NewReplacer("{sha}", strings.Repeat("0", 40), "{sha7}", "0000000", "{runNumber}", "1", "{gitTag}", gitTag).Replace(s.Image.Tag)
	at := "image.tag"
	if s.Image.Tag == strings.ReplaceAll(s.Source.Branch, "/", "-")+"-{sha}" {
		// The tag is the default, which depends on the branch.
		at = "source.branch"
	}
	refuse := func(help, format string, args ...any) diag.List {
		return diag.List{{Code: diag.Contradiction, Rule: "X08", Path: at, Message: fmt.Sprintf(format, args...), Help: help}}
	}
	switch {
	case strings.Contains(least, "/"):
		return refuse(`release by tags without one, for example source.releaseTags: "v*", or use {sha}`,
			"image.tag is %q, but every git tag that fits source.releaseTags, %q, has a / in it, which an image tag cannot have", s.Image.Tag, s.Source.ReleaseTags)
	case len(least) > mostTag:
		return refuse(`write a shorter image.tag, for example "main-{sha}"`,
			"image.tag is %q, which gives at least %d characters; an image tag may have %d", s.Image.Tag, len(least), mostTag)
	}
	return nil
}
