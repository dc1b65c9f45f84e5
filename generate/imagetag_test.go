package generate

import (
	"strings"
	"testing"

	"github.com/pipegen/pipegen/schema"
)

// TestTagFits: a scheme is refused only where no git tag could give an image tag.
func TestTagFits(t *testing.T) {
	for _, c := range []struct {
		releaseTags, tag string
		says             string // "": it fits
	}{
		{"v*", "{gitTag}", ""},
		{"**", "{gitTag}", ""},
		{"**/v*", "{gitTag}", ""},
		{"release/*", "main-{sha}", ""},
		{"release/*", "{gitTag}", "has a / in it"},
		{"release/**", "x-{gitTag}-{sha7}", "has a / in it"},
		{"", "{sha}-{sha}-{sha}", ""},
		{"", "{sha}-{sha}-{sha}-{sha}", "163 characters"},
		{strings.Repeat("v", 100) + "*", "{gitTag}-{sha7}", ""},
		{strings.Repeat("v", 100) + "*", "{gitTag}-{sha}", "141 characters"},
	} {
		found := tagFits(input{Spec: schema.Spec{Source: schema.Source{ReleaseTags: c.releaseTags}}}, schema.Image{At: "image", Tag: c.tag})
		if c.says == "" && len(found) == 0 {
			continue
		}
		if c.says == "" || len(found) != 1 || !strings.Contains(found[0].Message, c.says) {
			t.Errorf("%s of %s: %v", c.tag, c.releaseTags, found)
		}
	}
}
