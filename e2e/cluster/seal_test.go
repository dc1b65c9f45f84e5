package cluster

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"sigs.k8s.io/yaml"
)

// seal does for each file that is not sealed yet what its first lines say. The value of a key is made of its name.
func seal(t *testing.T, folder string) {
	t.Helper()
	check(t, filepath.WalkDir(folder, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(file)
		if err != nil || !bytes.Contains(text, []byte("\nkind: SealedSecret\n")) {
			return err
		}
		var o struct {
			Metadata map[string]string
			Spec     struct {
				EncryptedData map[string]string
				Template      struct{ Type string }
			}
		}
		if err := yaml.Unmarshal(text, &o); err != nil {
			return err
		}
		data := map[string][]byte{}
		for key := range o.Spec.EncryptedData {
			data[key] = []byte("the " + key)
		}
		secret, err := yaml.Marshal(map[string]any{"apiVersion": "v1", "kind": "Secret", "metadata": o.Metadata, "type": o.Spec.Template.Type, "data": data})
		if err != nil {
			return err
		}
		sealed, err := run.Seal(t.Context(), secret)
		if err != nil {
			return err
		}
		return os.WriteFile(file, sealed, 0o644)
	}))
}
