// Package conformance validates every golden manifest as its cluster would: the
// OpenAPI of Kubernetes and the CRDs of Argo CD, both read from the sources of
// their Go modules, which are pinned by hash in sources.go and never compiled.
//
// An object passes when it is one YAML document without duplicate keys, of a
// kind that the sources know, with known fields only, of the right types,
// required fields present, enums, patterns and formats kept, list keys unique,
// metadata well-formed and, if its kind is built in, when the client-go scheme
// decodes it strictly. The machinery is the API server's own for custom
// resources (k8s.io/apiextensions-apiserver); built-in kinds are turned into
// the same form of schema.
//
// What pipegen reports in SARIF is held against the format's own schema, which a
// Go module ships.
//
// What the stand-in of internal/live/livetest answers for GitHub is held against the
// description that GitHub publishes; githubapi cuts testdata/github-api.json from it,
// and e2e/forge is held against that file, too.
//
// A schema cannot say that a selector matches the labels of its template, or that a
// sync option of Argo CD exists. That takes a cluster.
//
//	cd e2e/conformance && go test ./...
package conformance
