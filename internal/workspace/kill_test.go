package workspace

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pipegen/pipegen/internal/artifact"
)

const killDir = "PIPEGEN_TEST_KILL_DIR"

// generation gives files that are long enough for a kill to fall inside one.
func generation(t *testing.T, n int) *artifact.Set {
	body := strings.Repeat(fmt.Sprintf("generation: %d\n", n), 20_000)
	var files []artifact.File
	for i := range 8 {
		files = append(files, gen(artifact.Code, fmt.Sprintf("d%d/f%d.yaml", i/2, i), body))
	}
	return setOf(t, files...)
}

// TestKilledProcess kills a real process that writes one generation of files after
// another; each file must be whole.
func TestKilledProcess(t *testing.T) {
	if dir := os.Getenv(killDir); dir != "" {
		roots := Roots{artifact.Code: dir}
		for n := 1; ; n++ {
			set := generation(t, n)
			if err := Apply(mustCompare(t, set, roots), roots, true); err != nil {
				t.Fatal(err)
			}
		}
	}
	for round := range 8 {
		dir := t.TempDir()
		cmd := exec.Command(os.Args[0], "-test.run=^TestKilledProcess$")
		cmd.Env = append(os.Environ(), killDir+"="+dir)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		for start := time.Now(); time.Since(start) < 10*time.Second; time.Sleep(time.Millisecond) {
			if _, err := os.Stat(filepath.Join(dir, "d3", "f7.yaml")); err == nil {
				break
			}
		}
		time.Sleep(time.Duration(10+7*round) * time.Millisecond)
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
			t.Fatalf("the child ended by itself: %v", err)
		}

		roots := Roots{artifact.Code: dir}
		for _, f := range generation(t, 0).Files() {
			got := read(t, roots.Place(f))
			first, _, _ := strings.Cut(strings.TrimPrefix(got, header), "\n")
			if got != header+strings.Repeat(first+"\n", 20_000) {
				t.Errorf("%s is %d bytes and not of one generation", f.Path, len(got))
			}
		}
		last := generation(t, 0)
		if err := Apply(mustCompare(t, last, roots), roots, true); err != nil {
			t.Fatal(err)
		}
		for name := range snapshot(t, dir) {
			if ourTemp().MatchString(filepath.Base(name)) {
				t.Errorf("%s stays", name)
			}
		}
	}
}
