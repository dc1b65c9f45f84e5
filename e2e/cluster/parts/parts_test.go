package parts

import (
	"os"
	"strings"
	"testing"
)

// TestVersions: what the results name is what is built.
func TestVersions(t *testing.T) {
	for file, line := range map[string]string{
		"kubernetes/go.mod": "k8s.io/kubernetes " + Kubernetes + " ",
		"kubectl/go.mod":    "k8s.io/kubernetes " + Kubernetes + " ",
		"argocd/go.mod":     "github.com/argoproj/argo-cd/v3 " + ArgoCD + " ",
	} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), line) {
			t.Errorf("%s does not require %s", file, line)
		}
	}
}
