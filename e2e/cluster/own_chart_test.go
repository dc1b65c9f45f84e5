package cluster

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestOwnChart: a chart that a team has, in its repository or published by others, is synced, changed by a deploy and taken
// back by a revert.
func TestOwnChart(t *testing.T) {
	for name, deployment := range map[string]string{"own-helm": "shop", "own-chart": "billing-production-api"} {
		t.Run(name, func(t *testing.T) {
			tr, a, first := installed(t, name)
			if a.deployment != deployment {
				t.Fatalf("%s is not the chart's", a.deployment)
			}
			bump, second := a.bump(t, "b2")
			a.announced(t, time.Now(), bump, second)
			revert, err := tr.clone.Revert(t.Context(), bump.SHA)
			check(t, err)
			a.announced(t, time.Now(), revert, first)
		})
	}
}

// charted is what Helm gives of the chart beside the overlay, as its Application renders it.
func (a *application) charted(t *testing.T) []byte {
	t.Helper()
	chart, release := a.chart.Path, a.chart.Helm.ReleaseName
	if a.chart.Chart != "" {
		var err error
		chart, err = filepath.Abs(filepath.Join("testdata", a.chart.Chart))
		check(t, err)
	}
	if release == "" {
		release = a.name
	}
	args := []string{"template", release, chart, "--namespace", a.namespace}
	for _, file := range a.chart.Helm.ValueFiles {
		args = append(args, "--values", "."+strings.TrimPrefix(file, "$values"))
	}
	template := exec.CommandContext(t.Context(), "helm", args...)
	template.Dir = a.tree.clone.Folder
	text, err := template.Output()
	check(t, err)
	return text
}

// chartImage is the tag of an image with its digest, where a values file has both in one.
var chartImage = regexp.MustCompile(`[\w.-]+@sha256:[0-9a-f]{64}`)

// chartValues writes a deploy into the values file of a live folder.
func chartValues(file, tag, digest string) error {
	text, err := os.ReadFile(filepath.Clean(file))
	if err != nil {
		return err
	}
	if chartImage.Match(text) {
		text = chartImage.ReplaceAll(text, []byte(tag+"@"+digest))
	} else {
		text = regexp.MustCompile(`tag: ".*"`).ReplaceAll(text, []byte(`tag: "`+tag+`"`))
		text = regexp.MustCompile(`digest: ".*"`).ReplaceAll(text, []byte(`digest: "`+digest+`"`))
	}
	return os.WriteFile(file, text, 0o644)
}
