package cluster

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// seal does for each file that is not sealed or encrypted yet what its first lines say. The value of a key is made of its
// name.
func seal(t *testing.T, folder string) {
	t.Helper()
	check(t, filepath.WalkDir(folder, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(file)
		encrypts := strings.HasSuffix(file, ".enc.yaml")
		if err != nil || !encrypts && !bytes.Contains(text, []byte("\nkind: SealedSecret\n")) {
			return err
		}
		var o struct {
			Metadata map[string]string
			Type     string
			Data     map[string]string
			Spec     struct {
				EncryptedData map[string]string
				Template      struct{ Type string }
			}
		}
		if err := yaml.Unmarshal(text, &o); err != nil {
			return err
		}
		keys, kind, write := o.Spec.EncryptedData, o.Spec.Template.Type, run.Seal
		if encrypts {
			keys, kind, write = o.Data, o.Type, run.Encrypt
		}
		data := map[string][]byte{}
		for key := range keys {
			data[key] = []byte("the " + key)
		}
		secret, err := yaml.Marshal(map[string]any{"apiVersion": "v1", "kind": "Secret", "metadata": o.Metadata, "type": kind, "data": data})
		if err != nil {
			return err
		}
		sealed, err := write(t.Context(), secret)
		if err != nil {
			return err
		}
		return os.WriteFile(file, sealed, 0o644)
	}))
}
