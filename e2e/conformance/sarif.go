package conformance

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// The schema as OASIS published it, as a file of a module and by its own name.
const (
	sarifFile = "report/sarif/testdata/sarif-schema-2.1.0.json"
	sarifID   = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)

// loadSARIF reads the schema of SARIF 2.1.0, formats such as URIs asserted.
func loadSARIF() (*jsonschema.Schema, error) {
	dir, err := gosec.dir()
	if err != nil {
		return nil, err
	}
	f, err := os.Open(filepath.Join(dir, sarifFile))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	doc, err := jsonschema.UnmarshalJSON(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", sarifFile, err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(sarifID, doc); err != nil {
		return nil, err
	}
	return c.Compile(sarifID)
}
