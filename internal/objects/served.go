package objects

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// versions are the kinds of the table, by the version of an API that has them.
var versions = sync.OnceValue(func() map[string][]string {
	out := map[string][]string{}
	for line := range lines() {
		if words := strings.Fields(line); words[0] == "kind" {
			out[words[1]] = append(out[words[1]], words[2])
		}
	}
	for _, kinds := range out {
		slices.Sort(kinds)
	}
	return out
})

// release is that of the Kubernetes of the table, whose first line names the sources.
func release() string {
	_, after, _ := strings.Cut(table, "kubernetes@v")
	parts := strings.SplitN(after, ".", 3)
	return parts[0] + "." + parts[1]
}

// partial are groups of which the table has some kinds alone: that of Argo CD, which has kinds of other programs too, and
// that of Prometheus.
var partial = []string{"argoproj.io", "monitoring.coreos.com"}

// Served reports whether the fields of a kind are known. If not, and the group is one of Kubernetes, the mistake is that
// there is no such kind; of other groups nothing is known.
func (k *Kinds) Served(apiVersion, kind string) (known bool, wrong *Mistake) {
	if k.kind(apiVersion, kind) != nil {
		return true, nil
	}
	if slices.Contains(partial, pipeline.GroupOf(apiVersion)) {
		return false, nil
	}
	if written, ok := lines()["gone "+apiVersion+" "+kind]; ok {
		return false, gone(apiVersion, written)
	}
	if kinds := versions()[apiVersion]; kinds != nil {
		return false, &Mistake{Steps: []string{"kind"}, after: fmt.Sprintf(" is %q, which %s does not have%s", kind, apiVersion, diag.Meant(kind, kinds)),
			Help: "its kinds are " + strings.Join(kinds, ", ")}
	}
	var same []string
	for version, kinds := range versions() {
		if pipeline.GroupOf(version) == pipeline.GroupOf(apiVersion) && slices.Contains(kinds, kind) {
			same = append(same, version)
		}
	}
	if len(same) == 0 {
		return false, nil
	}
	slices.Sort(same)
	return false, &Mistake{Steps: []string{"apiVersion"}, after: fmt.Sprintf(" is %q, which Kubernetes %s does not serve", apiVersion, release()), Help: "write apiVersion: " + strings.Join(same, ", or ")}
}

// gone is the mistake of a version that is not served any more.
func gone(apiVersion, written string) *Mistake {
	var was struct{ Release, Successor string }
	_ = json.Unmarshal([]byte(written), &was) // a line of our own table, which a test reads
	m := &Mistake{Steps: []string{"apiVersion"}, after: fmt.Sprintf(" is %q, which Kubernetes has not served since %s", apiVersion, was.Release)}
	if version, _, ok := strings.Cut(was.Successor, " "); ok {
		m.Help = fmt.Sprintf("write apiVersion: %s; some fields have other names there", version)
	}
	return m
}
