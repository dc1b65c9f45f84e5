package runner

import (
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/pipegen/pipegen/e2e/runner/standins"
)

// tools is the folder of the programs under test: pipegen as it stands in this
// working tree, act and kustomize from their modules, and the stand-ins.
var tools string

// Tool is the path of one of them.
func Tool(name string) string { return filepath.Join(tools, name) }

// Main is for TestMain, before anything else: it ends the process if that is a
// stand-in, builds the tools, runs the tests and returns their exit status.
func Main(tests func() int) (status int) {
	if status, ok := standins.Main(os.Args); ok {
		os.Exit(status)
	}
	log.SetFlags(0)
	folder, err := os.MkdirTemp("", "pipegen-act-tools-")
	if err != nil {
		log.Print(err)
		return 1
	}
	tools = folder
	defer Remove()
	log.Print("building pipegen, act, kustomize and oras; the first time this takes minutes")
	if err := build(); err != nil {
		log.Print(err)
		return 1
	}
	return tests()
}

// Remove takes the tools away; Main does so, unless something else ends the process.
func Remove() {
	if err := os.RemoveAll(tools); err != nil {
		log.Print(err)
	}
}

// build fills tools.
func build() error {
	for _, name := range []string{"git", "jq", "curl"} {
		if _, err := exec.LookPath(name); err != nil {
			return fmt.Errorf("the generated scripts need %s: apt-get install %[1]s", name)
		}
	}
	product, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		return err
	}
	builds := [][]string{
		{"build", "-C", product, "-o", tools + "/", "./cmd/pipegen"},
		{"build", "-o", tools + "/", "github.com/nektos/act", "sigs.k8s.io/kustomize/kustomize/v5"},
		{"build", "-C", filepath.Join("..", "runner", "oras"), "-o", filepath.Join(tools, "real-oras"), "oras.land/oras/cmd/oras"},
	}
	for _, args := range builds {
		if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
			return fmt.Errorf("go %v: %w\n%s", args, err, out)
		}
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	for name := range standins.Programs {
		if err := os.Symlink(self, filepath.Join(tools, name)); err != nil {
			return err
		}
	}
	return nil
}
