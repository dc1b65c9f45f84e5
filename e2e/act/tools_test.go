package act

import (
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/pipegen/pipegen/e2e/act/standins"
)

// tools is the folder of the programs under test: pipegen as it stands in this
// working tree, act and kustomize from their modules, and the stand-ins.
var tools string

func TestMain(m *testing.M) {
	if status, ok := standins.Main(os.Args); ok {
		os.Exit(status)
	}
	log.SetFlags(0)
	folder, err := os.MkdirTemp("", "pipegen-act-tools-")
	if err != nil {
		log.Fatal(err)
	}
	tools = folder
	status := 1
	if err := build(); err != nil {
		log.Print(err)
	} else {
		status = m.Run()
	}
	if err := os.RemoveAll(folder); err != nil {
		log.Print(err)
	}
	os.Exit(status)
}

// build fills tools.
func build() error {
	product, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		return err
	}
	builds := [][]string{
		{"build", "-C", product, "-o", tools + "/", "./cmd/pipegen"},
		{"build", "-o", tools + "/", "github.com/nektos/act", "sigs.k8s.io/kustomize/kustomize/v5"},
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
