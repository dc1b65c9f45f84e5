package live_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pipegen/pipegen/internal/live"
)

// TestSetImages: the list is as kustomize writes it, and all else stays.
func TestSetImages(t *testing.T) {
	set := map[string]live.Reference{
		"web": {Name: "ghcr.io/x/web", Tag: "1.10", Digest: "sha256:aa"},
		"api": {Name: "ghcr.io/x/api", Tag: "v2", Digest: "sha256:bb"},
	}
	const list = `images:
- digest: sha256:bb
  name: api
  newName: ghcr.io/x/api
  newTag: v2
- digest: sha256:00
  name: jobs
  newName: ghcr.io/x/jobs
  newTag: v1
- digest: sha256:aa
  name: web
  newName: ghcr.io/x/web
  newTag: "1.10"
`
	old := list[strings.Index(list, "- digest: sha256:00"):strings.Index(list, "- digest: sha256:aa")]
	for name, c := range map[string]struct{ before, after string }{
		"at the end": {"# Live.\nkind: Component\nimages:\n" + old, "# Live.\nkind: Component\n" + list},
		"before others": {"images:\n" + old + "- name: web\n  newTag: old\n# Of the prefix.\nnamePrefix: x- # here\n",
			list + "# Of the prefix.\nnamePrefix: x- # here\n"},
		"no line end": {"images:\n" + strings.TrimSpace(old), list},
	} {
		got, err := live.SetImages([]byte(c.before), set)
		if diff := cmp.Diff(c.after, string(got)); diff != "" || err != nil {
			t.Errorf("%s: %v %s", name, err, diff)
		}
	}
	if got, err := live.SetImages([]byte("kind: Component"), map[string]live.Reference{"a": {Name: "b", Tag: "c", Digest: "d"}}); err != nil || string(got) != "kind: Component\nimages:\n- digest: d\n  name: a\n  newName: b\n  newTag: c\n" {
		t.Errorf("without a list: %v\n%s", err, got)
	}
	for _, broken := range []string{"", "[]", "{kind: Component}", "images: 1", "a: [", "# nothing"} {
		if got, err := live.SetImages([]byte(broken), set); err == nil {
			t.Errorf("%q was changed to\n%s", broken, got)
		}
	}
}
