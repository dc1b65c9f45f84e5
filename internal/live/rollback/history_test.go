package rollback

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/gitrepo"
)

// versions are live folders, the newest first: each letter an image, "-" the state before
// the first deploy, "?" what cannot be read, "~" a folder without its file.
func versions(newestFirst string) []FolderVersion {
	var out []FolderVersion
	for i, image := range newestFirst {
		v := FolderVersion{Commit: gitrepo.Commit{SHA: fmt.Sprintf("%040x", len(newestFirst)-i), Author: "Ann"}}
		switch image {
		case '-':
			v.Kustomization = []byte("images: [{newName: a/b, newTag: not-deployed-yet, digest: \"sha256:" + strings.Repeat("0", 64) + "\"}]")
			v.Source = []byte("none\n")
		case '?':
			v.Kustomization = []byte("images: 1")
		case '~':
		default:
			v.Kustomization = []byte(fmt.Sprintf("images: [{newName: a/b, newTag: v%c, digest: \"sha256:%s\"}]", image, strings.Repeat(string(image), 64)))
			v.Source = []byte(strings.Repeat(string(image), 40) + "\n")
		}
		out = append(out, v)
	}
	return out
}

// written returns a history as one string: steps and tags, with what each took
// back.
func spelled(history []Deploy) string {
	var out []string
	for _, d := range history {
		s := d.Live.Tags()
		if d.Fault != "" {
			s = "!"
		}
		if d.Undoes != "" {
			s += "<" + d.Undoes
		}
		if d.Undone != nil {
			s += "*"
		}
		if d.Again != nil {
			s += "+"
		}
		if d.Steps != Unreached {
			s = fmt.Sprint(d.Steps, ":", s)
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

func TestHistory(t *testing.T) {
	for newestFirst, want := range map[string]string{
		"":        "",
		"-":       "0:!",
		"cba-":    "0:vc 1:vb 2:va 3:!",
		"bcba-":   "0:vb<vc vc* vb+ 1:va 2:!",
		"cbcba-":  "0:vc 1:vb<vc vc* vb+ 2:va 3:!",
		"ccbbaa-": "0:vc 1:vb 2:va 3:!",
		// Going back one step twice goes back two, and a later deploy is put on
		// top.
		"abcba-":  "0:va<vb vb<vc* vc* vb+ va+ 1:!",
		"dabcba-": "0:vd 1:va<vb vb<vc* vc* vb+ va+ 2:!",
		// Going back two steps takes two deploys back, also after going forth and
		// back again.
		"acba-":   "0:va<vc vc* vb* va+ 1:!",
		"bcbcba-": "0:vb<vc vc* vb<vc+ vc* vb+ 1:va 2:!",
		// The state before the first deploy may come back, and is still the bottom.
		"b-a-": "0:vb 1:!<va va* !+",
		// A deploy that cannot be read is not the same as any other.
		"b?a-":   "0:vb 1:! 2:va 3:!",
		"b??a-":  "0:vb 1:! 2:va 3:!",
		"b?c?a-": "0:vb 1:! 2:vc 3:! 4:va 5:!",
		"a~a-":   "0:va !* va+ 1:!",
		"~?a":    "0:! 1:va",
		"acba":   "0:va<vc vc* vb* va+",
	} {
		if got := spelled(History(versions(newestFirst))); got != want {
			t.Errorf("%q: %s, want %s", newestFirst, got, want)
		}
	}
	// A later commit with the same image is the one to restore.
	h := History(versions("baa-"))
	if h[1].Commit.SHA != fmt.Sprintf("%040x", 2) || h[1].At != fmt.Sprintf("%040x", 3) {
		t.Errorf("%+v", h[1])
	}
}

func TestSteps(t *testing.T) {
	for _, c := range []struct {
		history string
		steps   int
		want    int
		words   string
	}{
		{"cba-", 1, 1, ""},
		{"cba-", 2, 2, ""},
		{"cba-", 3, 0, "shows 2 earlier deploys: going 3 back"},
		{"cba", 3, 0, "shows 2 earlier deploys"},
		{"c?a-", 1, 0, "cannot be gone back to: kustomization.yaml is no YAML"},
		{"c?a-", 2, 2, ""},
		{"bcba-", 1, 3, ""},
		{"bcba-", 2, 0, "shows 1 earlier deploys"},
		{"cbcba-", 1, 1, ""},
		{"cbcba-", 2, 4, ""},
		{"-", 1, 0, "shows 0 earlier deploys"},
		{"-a-", 1, 0, "shows 0 earlier deploys"},
	} {
		got, err := StepsBack(History(versions(c.history)), c.steps)
		if got != c.want || (err == nil) != (c.words == "") || err != nil && !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s back by %d: %d %v", c.history, c.steps, got, err)
		}
	}
}

func TestFind(t *testing.T) {
	for _, c := range []struct {
		history, name string
		want          int
		words         string
	}{
		{"cba-", "va", 2, ""},
		{"cba-", " va\n", 2, ""},
		{"cba-", "aaaaaaa", 2, ""},
		{"cba-", "AAAAAAA", 2, ""},
		{"cba-", "aaaaaa", 0, "seven digits are the least"},
		{"cba-", "sha256:aaaaaaa", 2, ""},
		{"cba-", "sha256:aaaaaa", 0, "seven digits are the least"},
		{"cba-", strings.Repeat("b", 40), 1, ""},
		{"cba-", fmt.Sprintf("%040x", 2), 2, ""},
		{"bcba-", "vc", 1, ""},
		{"bcba-", fmt.Sprintf("%040x", 3), 0, "vb is live already"},
		// An older deploy of the image means the newest deploy of it.
		{"cbcba-", fmt.Sprintf("%040x", 3), 1, ""},
		{"cbcba-", "vb", 1, ""},
		{"bcba-", "vb", 0, "vb is live already"},
		{"cba-", "sha256:", 0, "no deploy has"},
		{"cba-", "", 0, "no deploy has"},
		{"cba-", "0000000", 0, "names several deploys"},
		{"c?a-", fmt.Sprintf("%040x", 3), 0, "cannot be gone back to"},
		{"cba-", "vz", 0, "no deploy has the tag, the digest or the commit"},
	} {
		got, err := FindDeploy(History(versions(c.history)), c.name)
		if got != c.want || (err == nil) != (c.words == "") || err != nil && !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s to %q: %d %v", c.history, c.name, got, err)
		}
	}
}

func TestSources(t *testing.T) {
	full := func(s string) string { return strings.Repeat(s, 40) }
	h := History(versions("dcbcba-"))
	if got, want := Sources(h, 4), []string{full("d"), full("c")}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got, want := Sources(h, 5), []string{full("d"), full("c"), full("b")}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// FuzzHistory: an image that is accepted is safe in a message and on a terminal.
func FuzzHistory(f *testing.F) {
	f.Add([]byte("images: [{newName: a/b, newTag: \"v1\\n\", digest: \"sha256:"+strings.Repeat("0", 64)+"\"}]"), []byte("none\n"))
	f.Add(versions("a")[0].Kustomization, []byte("\x1b[31m"))
	f.Fuzz(func(t *testing.T, kustomization, source []byte) {
		for _, d := range History([]FolderVersion{{Kustomization: kustomization, Source: source}}) {
			if text := d.Live.Source + fmt.Sprint(d.Live.Images); gitrepo.Visible(text) != text || strings.ContainsAny(text, "\n\t") {
				t.Errorf("%q", text)
			}
			if d.Fault == "" && (len(d.Live.Images) == 0 || d.Live.Source != "" && len(d.Live.Source) != 40) {
				t.Errorf("%+v", d)
			}
		}
	})
}
