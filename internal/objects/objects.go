// Package objects knows which fields the objects of Kubernetes and Argo CD may have, and those of further kinds whose
// schemas somebody gives it.
package objects

import (
	_ "embed"
	"encoding/json"
	"strings"
	"sync"

	"github.com/pipegen/pipegen/internal/artifact"
)

// table has a line for each kind, for each part that kinds share, and for each version of a kind that is not served any
// more. It is cut from the OpenAPI of the Kubernetes and from the CRDs of what the output has besides, as e2e/conformance pins
// them.
//
//go:generate go run -C ../../e2e/conformance ./objects ../../internal/objects/table.txt
//go:embed table.txt
var table string

// lines is the table by what its lines are about. Their JSON is read when it is needed: a pipeline has few of the kinds.
var lines = sync.OnceValue(func() map[string]string {
	out := map[string]string{}
	for line := range strings.Lines(table) {
		if at := strings.Index(line, " {"); at > 0 {
			out[line[:at]] = line[at+1:]
		}
	}
	return out
})

// Kinds is what is known of kinds. One goroutine uses it at a time.
type Kinds struct {
	// Faults are what is wrong with the files of Extra that were read.
	Faults []Fault

	extra []*source
	read  map[string]*field // by line of the table, or by kind
	met   map[visit]bool
}

// New returns the kinds of Kubernetes and Argo CD, and those of further files: CustomResourceDefinitions in YAML or
// JSON, or JSON Schemas under the names that kubeconform looks for, such as example.com/widget_v1.json or
// widget-example-v1.json.
func New(extra []artifact.File) *Kinds {
	k := &Kinds{read: map[string]*field{}, met: map[visit]bool{}}
	for _, f := range extra {
		k.extra = append(k.extra, &source{File: f})
	}
	return k
}

// kind is the schema of a kind, nil for one that is not known. What somebody says about a kind counts more than the
// table, which is of one release of Argo CD.
func (k *Kinds) kind(apiVersion, kind string) *field {
	name := "kind " + apiVersion + " " + kind
	f, ok := k.read[name]
	if !ok {
		if f = k.more(apiVersion, kind); f == nil {
			f = k.line(name)
		}
		if f != nil && f.fields != nil {
			f.fields["apiVersion"], f.fields["kind"], f.fields["metadata"] = text, text, metadata
		}
		k.read[name] = f
	}
	return f
}

// resolved follows references.
func (k *Kinds) resolved(f *field) *field {
	for f.ref != "" {
		name := "part " + f.ref
		to, ok := k.read[name]
		if !ok {
			if to = k.line(name); to == nil {
				to = anything
			}
			k.read[name] = to
		}
		f = to
	}
	return f
}

func (k *Kinds) line(name string) *field {
	written, ok := lines()[name]
	if !ok {
		return nil
	}
	var schema any
	if json.Unmarshal([]byte(written), &schema) != nil {
		return anything
	}
	return fieldOf(schema, maxDepth)
}
