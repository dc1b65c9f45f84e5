// Package arch holds no code: its test keeps the table of docs/architecture.md true,
// which says what each package may import.
package arch

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/pipegen/pipegen/"

// mayImport is the table, for our own packages: what is not named is refused, and a
// package that is not named is too.
var mayImport = map[string][]string{
	"bench": {},
	"cmd/pipegen": {"generate", "internal/onramp/adopt", "internal/artifact", "internal/build", "internal/change", "internal/check", "internal/onramp/detect", "internal/diag", "internal/live/diagnose", "internal/onramp/draft", "internal/onramp/draft/frompipeline", "internal/onramp/draft/fromsource", "internal/onramp/draft/judge", "internal/existing", "internal/flaws", "internal/explain", "internal/facts", "internal/gitrepo",
		"internal/live", "internal/live/argocd", "internal/live/credentials", "internal/live/github", "internal/live/pullrequest", "internal/live/registry", "internal/live/remote",
		"internal/manifest", "internal/pinning", "internal/pins", "internal/prove", "internal/report", "internal/live/rollback", "internal/rules", "internal/live/verdict", "internal/live/watch", "internal/workspace", "schema", "templates"},
	"docs":                               {},
	"generate":                           {"internal/artifact", "internal/diag", "internal/kubevar", "internal/manifest", "internal/pins", "internal/yamldoc", "schema", "templates"},
	"internal/onramp/adopt":              {"internal/artifact"},
	"internal/appset":                    {"internal/yamlnode"},
	"internal/arch":                      {},
	"internal/artifact":                  {},
	"internal/build":                     {"generate", "internal/artifact", "internal/diag", "schema"},
	"internal/change":                    {"generate", "internal/appset", "internal/artifact", "internal/build", "internal/diag", "schema"},
	"internal/check":                     {"internal/artifact", "internal/diag", "internal/hidden", "internal/yamlnode"},
	"internal/dependents":                {},
	"internal/onramp/detect":             {"internal/artifact", "internal/gitrepo"},
	"internal/diag":                      {},
	"internal/live/diagnose":             {"generate", "internal/live", "internal/live/argocd", "internal/live/github", "internal/live/remote", "internal/live/verdict", "schema"},
	"internal/onramp/draft":              {"internal/diag", "schema"},
	"internal/onramp/draft/drafttest":    {"schema"},
	"internal/onramp/draft/frompipeline": {"internal/artifact", "internal/onramp/detect", "internal/diag", "internal/onramp/draft", "internal/onramp/draft/guess", "internal/onramp/draft/tree", "internal/existing", "internal/imagearg", "internal/kubevar"},
	"internal/onramp/draft/fromsource":   {"internal/onramp/detect", "internal/diag", "internal/onramp/draft", "internal/onramp/draft/guess", "templates"},
	"internal/onramp/draft/guess":        {"internal/onramp/detect", "internal/onramp/draft"},
	"internal/onramp/draft/judge":        {"generate", "internal/artifact", "internal/build", "internal/check", "internal/diag", "internal/facts", "internal/prove"},
	"internal/onramp/draft/tree":         {"internal/diag", "internal/onramp/draft"},
	"internal/existing":                  {"internal/appset", "internal/artifact", "internal/imagearg", "internal/pathfilter", "internal/shell", "internal/yamlnode"},
	"internal/flaws":                     {"internal/artifact", "internal/dependents", "internal/onramp/detect", "internal/diag", "internal/existing", "internal/imagearg", "internal/pathfilter"},
	"internal/explain":                   {"generate", "internal/artifact", "schema"},
	"internal/facts":                     {"generate", "internal/prove", "schema"},
	"internal/gitrepo":                   {},
	"internal/imagearg":                  {},
	"internal/kubevar":                   {},
	"internal/live": {"internal/gitrepo", "internal/live/argocd", "internal/live/github",
		"internal/live/registry", "internal/live/remote"},
	"internal/live/argocd":            {"internal/live/remote"},
	"internal/live/credentials":       {"internal/live/github"},
	"internal/live/github":            {"internal/live/remote"},
	"internal/live/livetest":          {},
	"internal/live/livetest/delivery": {"generate", "internal/live", "internal/live/argocd", "internal/live/github", "internal/live/livetest", "internal/live/registry", "internal/live/remote", "schema"},
	"internal/live/pullrequest":       {"internal/live/remote"},
	"internal/live/registry":          {"internal/live/remote"},
	"internal/live/remote":            {},
	"internal/pathfilter":             {},
	"internal/pins":                   {"internal/artifact"},
	"internal/pinning":                {"generate", "internal/artifact", "internal/diag", "internal/gitrepo", "internal/manifest", "internal/pins", "internal/workspace"},
	"internal/prove":                  {"internal/appset", "internal/artifact", "internal/dependents", "internal/diag", "internal/imagearg", "internal/kubevar", "internal/pathfilter", "internal/rules", "internal/shell", "internal/yamlnode"},
	"internal/report":                 {"internal/artifact", "internal/change", "internal/diag", "internal/live/diagnose", "internal/pinning", "internal/live/revert", "internal/live/rollback", "internal/live/verdict", "internal/workspace"},
	"internal/live/revert":            {"internal/artifact", "internal/gitrepo", "internal/live", "schema"},
	"internal/live/rollback": {"generate", "internal/artifact", "internal/check", "internal/onramp/detect", "internal/gitrepo", "internal/live", "internal/live/github",
		"internal/live/pullrequest", "internal/live/revert", "internal/live/verdict", "schema"},
	"internal/live/rollback/rollbacktest": {"generate", "internal/artifact", "internal/live/rollback", "internal/workspace", "schema"},
	"internal/rules":                      {},
	"internal/shell":                      {},
	"internal/live/verdict":               {"generate", "internal/live", "internal/live/argocd", "internal/live/github", "internal/live/registry", "schema"},
	"internal/live/watch":                 {"internal/live/verdict"},
	"internal/lazy":                       {},
	"internal/manifest":                   {"internal/artifact"},
	"internal/workspace":                  {"internal/artifact", "internal/manifest"},
	"internal/hidden":                     {},
	"internal/yamldoc":                    {},
	"internal/yamlnode":                   {},
	"schema":                              {"internal/diag", "internal/hidden"},
	"templates":                           {},
}

// everywhere are the packages that any other may import.
var everywhere = []string{"internal/lazy"}

// onlyHome names the packages that may import a library; of a module, all its packages.
var onlyHome = map[string][]string{
	"cuelang.org/go/":                        {"schema"},
	"github.com/spf13/":                      {"cmd/pipegen"},
	"go.yaml.in/yaml":                        {"internal/onramp/adopt", "internal/appset", "internal/change", "internal/pinning", "internal/yamldoc", "internal/yamlnode", "internal/prove", "internal/existing", "internal/live", "internal/live/credentials"},
	"gopkg.in/yaml":                          {},
	"sigs.k8s.io/yaml":                       {},
	"sigs.k8s.io/kustomize/":                 {"internal/check"},
	"github.com/rhysd/":                      {"internal/check"},
	"golang.org/x/term":                      {"internal/report", "cmd/pipegen"},
	"os/exec":                                {"internal/gitrepo", "internal/check", "bench", "internal/live/rollback/rollbacktest"},
	"net/http":                               {"internal/live", "internal/live/argocd", "internal/live/github", "internal/live/livetest", "internal/live/pullrequest", "internal/live/registry", "internal/live/remote"},
	"net":                                    {"internal/live/remote"},
	"plugin":                                 {},
	"unsafe":                                 {},
	"github.com/google/go-containerregistry": {"internal/live/livetest"},
	"github.com/rogpeppe/":                   {"internal/workspace"},
	"github.com/pelletier/":                  {"internal/onramp/detect"},
	"github.com/BurntSushi/":                 {"internal/onramp/detect"},
	"github.com/google/go-cmp":               {},
}

// pure are the packages whose results may depend on their arguments alone.
var pure = []string{"schema", "generate", "templates", "internal/appset", "internal/artifact", "internal/change", "internal/dependents", "internal/diag", "internal/onramp/draft", "internal/onramp/draft/frompipeline", "internal/onramp/draft/fromsource", "internal/onramp/draft/guess", "internal/onramp/draft/tree", "internal/imagearg", "internal/pins", "internal/rules", "internal/shell", "internal/hidden", "internal/yamldoc", "internal/yamlnode", "internal/live/verdict", "internal/live/diagnose"}

// impure are the packages by which anything else could come in.
var impure = []string{"os", "os/exec", "os/user", "io/ioutil", "net", "net/http", "math/rand", "math/rand/v2", "crypto/rand", "syscall", "log"}

// goPackage is what "go list" says of a package of ours. Tests are left out: they may
// import what they need.
type goPackage struct {
	ImportPath string
	Imports    []string
}

func ourPackages(t *testing.T) []goPackage {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", module+"...").Output()
	if err != nil {
		if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
			t.Fatalf("go list: %v\n%s", err, exit.Stderr)
		}
		t.Fatal(err)
	}
	var all []goPackage
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p goPackage
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

func TestImports(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range ourPackages(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		seen[name] = true
		allowed, known := mayImport[name]
		if !known {
			t.Errorf("package %s is not in the table: give it a row there and a sentence in docs/architecture.md", name)
			continue
		}
		for _, i := range p.Imports {
			own, ours := strings.CutPrefix(i, module)
			if ours && !slices.Contains(allowed, own) && !slices.Contains(everywhere, own) {
				t.Errorf("%s imports %s; it may import %v", name, own, allowed)
			}
			for library, homes := range onlyHome {
				inModule := strings.Contains(library, ".") && strings.HasPrefix(i, strings.TrimSuffix(library, "/")+"/")
				if (i == library || inModule) && !slices.Contains(homes, name) {
					t.Errorf("%s imports %s, whose only home is %v", name, i, homes)
				}
			}
			if slices.Contains(pure, name) && slices.Contains(impure, i) {
				t.Errorf("%s imports %s: what it returns may depend on its arguments alone", name, i)
			}
		}
	}
	for name := range mayImport {
		if !seen[name] {
			t.Errorf("the table has a row for %s, which is not there", name)
		}
	}
}
