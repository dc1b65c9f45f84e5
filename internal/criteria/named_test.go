package criteria_test

import (
	"io/fs"
	"os"
	"path"
	"strings"
	"testing"
)

// TestNamedHere: what the code knows of a kind is in its own file. Words that name other things as well are not counted.
func TestNamedHere(t *testing.T) {
	const most = 6 // its own, and what drafts and diagnoses guess from
	in := map[string][]string{"coverage": nil, "published": nil, "scanned": nil, "signed": nil, "attested": nil, "synced": nil, "endpoint": nil, "zeroDowntime": nil}
	root := os.DirFS("../..")
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (name == "e2e" || strings.HasPrefix(name, ".git")) {
			return fs.SkipDir
		}
		if path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		code, err := fs.ReadFile(root, name)
		for kind := range in {
			if strings.Contains(string(code), `"`+kind+`"`) {
				in[kind] = append(in[kind], name)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for kind, files := range in {
		if len(files) == 0 || len(files) > most {
			t.Errorf("%s is named in %d files: %s", kind, len(files), strings.Join(files, ", "))
		}
	}
}
