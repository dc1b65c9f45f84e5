package cluster

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"
)

// TestOwnChart: a chart that a team has is synced, changed by a deploy and taken back by a revert, by the Helm that is
// installed.
func TestOwnChart(t *testing.T) {
	if _, err := exec.LookPath("helm"); err != nil {
		t.Skip("Helm is not installed")
	}
	tr, a, first := installed(t, "own-helm")
	if a.deployment != "shop" {
		t.Fatalf("%s is not the team's", a.deployment)
	}
	bump, second := a.bump(t, "b2")
	a.announced(t, time.Now(), bump, second)
	revert, err := tr.clone.Revert(t.Context(), bump.SHA)
	check(t, err)
	a.announced(t, time.Now(), revert, first)
}

// charted is what Helm gives of the chart beside the overlay, as its Application renders it.
func (a *application) charted(t *testing.T) []byte {
	t.Helper()
	args := []string{"template", a.chart.Helm.ReleaseName, a.chart.Path, "--namespace", a.namespace}
	for _, file := range a.chart.Helm.ValueFiles {
		args = append(args, "--values", "."+file)
	}
	template := exec.CommandContext(t.Context(), "helm", args...)
	template.Dir = a.tree.clone.Folder
	text, err := template.Output()
	check(t, err)
	return text
}

// chartValues writes a deploy into the values file of a live folder.
func chartValues(file, tag, digest string) error {
	text, err := os.ReadFile(filepath.Clean(file))
	if err != nil {
		return err
	}
	text = regexp.MustCompile(`tag: ".*"`).ReplaceAll(text, []byte(`tag: "`+tag+`"`))
	text = regexp.MustCompile(`digest: ".*"`).ReplaceAll(text, []byte(`digest: "`+digest+`"`))
	return os.WriteFile(file, text, 0o644)
}
