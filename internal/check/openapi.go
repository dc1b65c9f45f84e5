package check

import (
	_ "embed"
	"sync"

	"sigs.k8s.io/kustomize/kyaml/openapi"
)

// mergeKeys is what kustomize needs to know of the kinds that pipegen generates
// in order to merge a patch: which lists have a key. It is cut from kustomize's
// own table, which takes ten times as long to read as all other work of a check;
// a test derives it anew and compares what both render.
//
//go:embed openapi.json
var mergeKeys []byte

var useMergeKeys = sync.OnceValue(func() error {
	return openapi.SetSchema(nil, mergeKeys, true)
})
