package check

import jsonpatch "gopkg.in/evanphx/json-patch.v4"

// mostCopied is how many bytes the copy operations of a JSON patch in a kustomization may add to an object: a few that copy
// what others copied would double it each time. Argo CD keeps no object of this size.
const mostCopied = 1 << 20

// The library that kustomize patches with has the bound as a variable of its own.
func init() { jsonpatch.AccumulatedCopySizeLimit = mostCopied }
