package cluster

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/google/go-containerregistry/pkg/registry"
)

// publishCharts has Helm push the charts of another team, those in testdata, to a registry that answers as ghcr.io does.
func publishCharts(ctx context.Context) error {
	handler := registry.New(registry.Logger(log.New(io.Discard, "", 0)))
	direct := httptest.NewServer(handler) // as long as the run
	folder := filepath.Join(run.folder, "charts")
	for _, args := range [][]string{
		{"package", "testdata/service", "--destination", folder},
		{"push", filepath.Join(folder, "service-4.1.0.tgz"), "oci://" + strings.TrimPrefix(direct.URL, "http://") + "/example/charts", "--plain-http"},
	} {
		helm := exec.CommandContext(ctx, "helm", args...)
		helm.Env = append(os.Environ(), "HELM_CACHE_HOME="+folder, "HELM_CONFIG_HOME="+folder, "HELM_DATA_HOME="+folder)
		if out, err := helm.CombinedOutput(); err != nil {
			return fmt.Errorf("helm %s: %w\n%s", args[0], err, out)
		}
	}
	return run.Forge.Lead("ghcr.io", handler)
}
