package conformance

import (
	"bytes"
	"os"
	"testing"
)

// table is a symbolic link to the product's table, for the same reason as golden.
const table = "testdata/table.txt"

// TestObjects: the product knows the fields of the Kubernetes and the Argo CD that are pinned here.
func TestObjects(t *testing.T) {
	want, err := Objects()
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(table)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is of other sources, run 'go generate ./internal/objects'", table)
	}
}
