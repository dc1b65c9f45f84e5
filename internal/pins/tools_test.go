package pins

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var forms = map[string]Form{
	"buildkit":  {Image: "moby/buildkit"},
	"kustomize": {Env: "KUSTOMIZE"},
	"trivy":     {Action: "aquasecurity/trivy-action", Input: "version"},
}

const digestA, digestB = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

func TestToolUses(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []ToolUse
	}{
		"an image":                   {"image: moby/buildkit:v1.2.3@" + digestA, []ToolUse{{1, "buildkit", Pin{"v1.2.3", digestA}}}},
		"an image in an option":      {"  driver-opts: image=moby/buildkit:v1.2.3@" + digestA + "  # pinned", []ToolUse{{1, "buildkit", Pin{"v1.2.3", digestA}}}},
		"an image of a mirror":       {"- image: \"mirror.example.org/moby/buildkit:v1.2.3\"", nil},
		"an image with its registry": {"- image: \"docker.io/moby/buildkit:v1.2.3\"", []ToolUse{{1, "buildkit", Pin{"v1.2.3", ""}}}},
		"an image by digest":         {"image: moby/buildkit@" + digestA, []ToolUse{{1, "buildkit", Pin{"", digestA}}}},
		"half a digest":              {"image: moby/buildkit:v1.2.3@sha256:aaaa", nil},
		"another image":              {"image: notmoby/buildkit:v1.2.3\nimage: moby/buildkitd:v1\nimage: moby/buildkit/x:v1", nil},
		"variables": {"env:\n  KUSTOMIZE_VERSION: 5.8.1\n  KUSTOMIZE_SHA256: " + digestA[7:], []ToolUse{
			{2, "kustomize", Pin{"5.8.1", digestA}}}},
		"a digest alone":        {"KUSTOMIZE_SHA256: " + digestA[7:], nil},
		"other variables":       {"MY_KUSTOMIZE_VERSION: 1\nKUSTOMIZE_VERSIONS: 1", nil},
		"an input":              {"- uses: aquasecurity/trivy-action@" + shaA + "  # v0.36.0\n  with:\n    image-ref: x\n    version: v0.75.0", []ToolUse{{4, "trivy", Pin{Version: "v0.75.0"}}}},
		"an input of the next":  {"- uses: aquasecurity/trivy-action@" + shaA + "\n- uses: a/b@" + shaA + "\n  with:\n    version: v1", nil},
		"an input of a script":  {"- uses: aquasecurity/trivy-action@" + shaA + "\n- run: x\n  version: v1", nil},
		"in a script":           {"  run: |\n    KUSTOMIZE_VERSION: 5.8.1\n  image: moby/buildkit:v1@" + digestA, []ToolUse{{3, "buildkit", Pin{"v1", digestA}}}},
		"in a comment":          {"# KUSTOMIZE_VERSION: 5.8.1", nil},
		"with Windows' endings": {"a: b\r\nKUSTOMIZE_VERSION: '5.8.1'\r\n", []ToolUse{{2, "kustomize", Pin{Version: "5.8.1"}}}},
	} {
		if got := ToolUses([]byte(c.text), forms); !cmp.Equal(got, c.want) {
			t.Errorf("%s: %s", name, cmp.Diff(c.want, got))
		}
	}
}

func TestJudgeTools(t *testing.T) {
	known := []Pin{{"v1.2.3", digestA}}
	for name, c := range map[string]struct {
		use        ToolUse
		known      []Pin
		rule, want string
	}{
		"the known one":        {ToolUse{Name: "buildkit", Pin: known[0]}, known, "", ""},
		"another release":      {ToolUse{Name: "buildkit", Pin: Pin{"v1.3.0", digestB}}, known, "", ""},
		"no digest":            {ToolUse{Name: "buildkit", Pin: Pin{"v1.3.0", ""}}, known, "W06", "buildkit v1.3.0 has no digest"},
		"another program":      {ToolUse{Name: "buildkit", Pin: Pin{"v1.2.3", digestB}}, known, "W06", "buildkit v1.2.3 is " + digestA + ", and here it is " + digestB},
		"another name":         {ToolUse{Name: "buildkit", Pin: Pin{"v1.3.0", digestA}}, known, "W06", "is buildkit v1.2.3, and here it is called v1.3.0"},
		"a digest alone":       {ToolUse{Name: "buildkit", Pin: Pin{"", digestA}}, known, "", ""},
		"none that takes one":  {ToolUse{Name: "cosign", Pin: Pin{Version: "v3.2.0"}}, []Pin{{Version: "v3.1.3"}}, "", ""},
		"malicious":            {ToolUse{Name: "trivy", Pin: Pin{Version: "v0.69.5"}}, nil, "W05", "trivy v0.69.5 must not run: attackers published it"},
		"malicious, without v": {ToolUse{Name: "trivy", Pin: Pin{Version: "0.69.6"}}, nil, "W05", "steals the secrets"},
		"before the attack":    {ToolUse{Name: "trivy", Pin: Pin{Version: "v0.69.3"}}, nil, "", ""},
		"after the attack":     {ToolUse{Name: "trivy", Pin: Pin{Version: "v0.70.0"}}, nil, "", ""},
	} {
		got := c.use.Judge(c.known)
		switch {
		case c.rule == "" && got != nil:
			t.Errorf("%s: refused: %+v", name, got)
		case c.rule != "" && (got == nil || got.Rule != c.rule || !strings.Contains(got.Message, c.want)):
			t.Errorf("%s: got %+v, want %s with %q", name, got, c.rule, c.want)
		}
	}
}

func TestOlder(t *testing.T) {
	for _, c := range [][2]string{{"v0.9.0", "v0.10.0"}, {"qemu-v10.2.3", "qemu-v11.0.0"}, {"8.22.0", "8.22.1"}, {"1.26", "1.26.1"}} {
		if !Older(c[0], c[1]) || Older(c[1], c[0]) || Older(c[0], c[0]) {
			t.Errorf("%s must be older than %s", c[0], c[1])
		}
	}
}

func FuzzToolUses(f *testing.F) {
	f.Add([]byte("- uses: aquasecurity/trivy-action@v1\n  with:\n    version: v1\n    image: moby/buildkit:v1@" + digestA))
	f.Add([]byte("KUSTOMIZE_VERSION: 1\r\nKUSTOMIZE_SHA256: x"))
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, u := range ToolUses(text, forms) {
			if n := len(lines(text)); u.Line < 1 || u.Line > n || forms[u.Name] == (Form{}) {
				t.Errorf("%v in %d lines", u, n)
			}
			u.Judge([]Pin{{"v1.2.3", digestA}})
		}
	})
}
