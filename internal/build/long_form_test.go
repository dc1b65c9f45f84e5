package build_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/build"
)

// TestLongForm: image and deploy are short for maps with one entry, so that the same spec in its long form gives the same
// output, byte for byte.
func TestLongForm(t *testing.T) {
	files, err := filepath.Glob("../../specs/*/pipeline.cue")
	if err != nil || len(files) < 8 {
		t.Fatal(files, err)
	}
	compared := 0
	for _, file := range files {
		short, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		long, changed := longForm(short)
		if !changed {
			continue
		}
		compared++
		t.Run(filepath.Base(filepath.Dir(file)), func(t *testing.T) {
			want, got := built(t, short), built(t, long)
			files := got.Set.Files()
			for i, f := range want.Set.Files() {
				if i >= len(files) || files[i].Path != f.Path || !bytes.Equal(files[i].Content, f.Content) {
					t.Fatalf("%s differs", f.Path)
				}
			}
		})
	}
	if compared < 8 {
		t.Errorf("only %d specs were compared", compared)
	}
}

func built(t *testing.T, spec []byte) *build.Result {
	t.Helper()
	r, found, err := build.Text("pipeline.cue", spec, generate.Options{SpecFile: "pipeline.cue"})
	if err != nil || found.Failed() {
		t.Fatal(err, found, string(spec))
	}
	return r
}

var (
	nameLine  = regexp.MustCompile(`(?m)^name:\s*"([^"]+)"`)
	imageLine = regexp.MustCompile(`(?m)^image:`)
	deploy    = regexp.MustCompile(`(?m)^deploy:`)

	imagesLine = regexp.MustCompile(`(?m)^images:`)
)

// longForm writes a spec's image and workload as entries of maps, if it has the one workload in its short form.
func longForm(spec []byte) ([]byte, bool) {
	name := string(nameLine.FindSubmatch(spec)[1])
	if !deploy.Match(spec) {
		return spec, false
	}
	long := deploy.ReplaceAll(spec, []byte(`workloads: "`+name+`":`))
	if imagesLine.Match(long) {
		return long, true
	}
	if !imageLine.Match(long) {
		return append(long, []byte("\nimages: \""+name+"\": {}\n")...), true
	}
	return imageLine.ReplaceAll(long, []byte(`images: "`+name+`":`)), true
}
