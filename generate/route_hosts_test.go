package generate_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/diag"
)

// TestNamesOfClusters: a name may lead to two environments where each is in a cluster of its own.
func TestNamesOfClusters(t *testing.T) {
	const route = `
environments: {
	staging: workloads: rates: route: hosts: ["rates.example.org"]
	production: workloads: rates: route: hosts: ["rates.example.org"]
}
workloads: rates: route: gateway: {name: "public", namespace: "gateways", listener: "https"}
`
	spec := strings.Replace(string(readSpec(t, "hub-and-spoke")), "deploy: {", "workloads: rates: {", 1) + route
	inBoth := regexp.MustCompile(`(?s)clusters: \{\n\t\t\thub.*?\n\t\t\}`)
	spec = inBoth.ReplaceAllString(spec, `cluster: "hub"`)
	taken := func(spec string) bool {
		_, found := compileTree([]byte(spec))
		return slices.ContainsFunc(found, func(d diag.Diagnostic) bool { return d.Code == diag.Duplicate })
	}
	apart := strings.Replace(spec, "clusters: {hub: {}, eu: {}}", `cluster: "eu"`, 1)
	if taken(apart) {
		t.Error("two clusters cannot have a route of one name")
	}
	if !taken(strings.Replace(apart, `cluster: "eu"`, `cluster: "hub"`, 1)) || !taken(spec) {
		t.Error("one cluster can have two routes of one name")
	}
}
