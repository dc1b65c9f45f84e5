package pipeline

import (
	"strings"
)

// clustersOf is the generator that gives an element for each cluster that Argo CD knows.
const clustersOf = "clusters"

// SampleCluster is the name of the cluster for which an Application is made here, where the real ones are known to Argo CD
// alone: no cluster has it in the names of Applications, which are in lower case.
const SampleCluster = "CLUSTER"

// sampleCluster is the element that a cluster gives whose labels are those that are asked for. It has no others.
// https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Generators-Cluster/
func (e *expansion) sampleCluster(kind child) child {
	out := mapping(kind.Line)
	for _, key := range []string{"name", "nameNormalized", "server"} {
		put(out, key, text(SampleCluster, kind.Line), kind.Line)
	}
	labels := mapping(kind.Line)
	for field := range pairsOf(kind.Value) {
		switch field.Step {
		case "selector":
			wanted := entry(field.Value, "matchLabels", field.Line)
			for l := range pairsOf(wanted.Value) {
				if e.deep {
					put(labels, l.Step, l.Value, l.Line)
				} else {
					put(out, "metadata.labels."+l.Step, l.Value, l.Line)
				}
			}
		case "values":
			for v := range pairsOf(field.Value) {
				if strings.Contains(textOf(v.Value), "{{") {
					e.fault(v.Line, "a value of the generator is filled from the cluster, which is not followed")
				}
			}
			put(out, "values", field.Value, field.Line)
		default:
			e.fault(field.Line, "the generator of clusters has %s, which is not followed", field.Step)
		}
	}
	if e.deep {
		metadata := mapping(kind.Line)
		put(metadata, "labels", labels, kind.Line)
		put(out, "metadata", metadata, kind.Line)
	}
	return child{Value: out, Line: kind.Line}
}

// Clusters is the generator of clusters, if the ApplicationSet has one, by itself or in a matrix.
func (s *ApplicationSet) Clusters() Node {
	for _, g := range s.Get("spec", "generators").Items() {
		for _, n := range append(g.Get("matrix", "generators").Items(), g) {
			if found := n.Get(clustersOf); found.OK() {
				return found
			}
		}
	}
	return Node{}
}
