package schema

import (
	"cuelang.org/go/cue"
)

// Custom names the author's own Kustomize files that every environment reads.
type Custom struct {
	Base bool `json:"base"`
	// Kinds are the kinds that all such folders add, as GROUP/KIND.
	Kinds []string `json:"kinds"`
}

// Patch is a JSON Patch of one generated file.
type Patch struct {
	File   string      `json:"file"`
	In     string      `json:"in"` // "": where the file is
	Reason string      `json:"reason"`
	Ops    []Operation `json:"ops"`
}

// Operation is one step of a patch.
type Operation struct {
	Op   string `json:"op"`
	Path string `json:"path"`
	From string `json:"from"`
	// Value is JSON text with the members of objects in the author's order, and nil where the spec has none.
	Value []byte `json:"-"`
}

// patchValues reads the values of operations, which may be of any type.
func patchValues(v cue.Value, patches []Patch) error {
	for i := range patches {
		for j := range patches[i].Ops {
			at := v.LookupPath(cue.ParsePath(item("patches", i) + "." + item("ops", j) + ".value"))
			if !at.Exists() {
				continue
			}
			text, err := at.MarshalJSON()
			if err != nil {
				return err
			}
			patches[i].Ops[j].Value = text
		}
	}
	return nil
}
