package generate_test

import (
	"path"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/internal/artifact"
)

// project is what Argo CD validates of an AppProject beside the CRD.
type project struct {
	Spec struct {
		Description string
		Roles       []struct {
			Policies, Groups []string
		}
	}
}

func projectOf(t *testing.T, spec string) project {
	t.Helper()
	_, set := compile(t, []byte(spec))
	var p project
	for _, f := range set.Files() {
		if f.Root == artifact.GitOps && path.Base(path.Dir(f.Path)) == "projects" {
			if err := yaml.Unmarshal(f.Content, &p); err != nil {
				t.Fatal(err)
			}
		}
	}
	return p
}

func TestLongIntent(t *testing.T) {
	intent := strings.TrimSpace(strings.Repeat("Jede Änderung läuft. ", 23))
	got := projectOf(t, strings.Replace(promiseBase, "It runs.", intent, 1)).Spec.Description
	if n := utf8.RuneCountInString(got); n > 255 || n < 240 || !strings.HasSuffix(got, "…") {
		t.Errorf("%d characters: %s", n, got)
	}
}

// TestGroupsWithCommas: Argo CD wants such names in quotes, since it puts them into
// lines with commas, and takes those that are in quotes already.
func TestGroupsWithCommas(t *testing.T) {
	p := projectOf(t, promiseBase+`argocd: viewers: ["org:team", "cn=devs,ou=groups,dc=acme", "\"cn=ops,ou=groups\"", "Domain Users"]`+"\n")
	want := []string{"org:team", `"cn=devs,ou=groups,dc=acme"`, `"cn=ops,ou=groups"`, "Domain Users"}
	if diff := cmp.Diff(want, p.Spec.Roles[0].Groups); diff != "" {
		t.Error(diff)
	}
}
