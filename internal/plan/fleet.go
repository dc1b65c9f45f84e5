package plan

import (
	"fmt"
	"slices"
	"strings"
)

// Fleet are all clusters whose Secrets in Argo CD have some labels, at the time when somebody asks. An environment that is
// in them has an ApplicationSet of its own, which makes an Application for each.
type Fleet struct {
	Labels []ClusterLabel
	// Names is the pattern of their names that the project allows, "*" for any.
	Names string
	// AtLeast is how many there must be.
	AtLeast int
}

// ClusterLabel is a label, with its place in the spec.
type ClusterLabel struct{ Path, Key, Value string }

// Selector is the labels as kubectl takes them.
func (f Fleet) Selector() string {
	var out []string
	for _, l := range f.Labels {
		out = append(out, l.Key+"="+l.Value)
	}
	return strings.Join(out, ",")
}

// each says how many there are, behind the name of an Application of one; "" where the spec names each cluster.
func (f *Fleet) each() string {
	if f == nil {
		return ""
	}
	return fmt.Sprintf(" for each cluster with %s, at least %d", f.Selector(), f.AtLeast)
}

// without reports labels that no cluster can have beside those of another.
func (f Fleet) without(other Fleet) bool {
	return slices.ContainsFunc(f.Labels, func(l ClusterLabel) bool {
		return slices.ContainsFunc(other.Labels, func(o ClusterLabel) bool { return o.Key == l.Key && o.Value != l.Value })
	})
}

// MayBe reports whether two may be the same cluster: where one is found by labels, any other may have them.
func (c Cluster) MayBe(other Cluster) bool {
	switch {
	case c.Fleet != nil && other.Fleet != nil:
		return !c.Fleet.without(*other.Fleet)
	case c.Fleet != nil || other.Fleet != nil:
		return true
	}
	return c.Is(other)
}

// FleetLabel is on the Applications of a fleet, with the name of their ApplicationSet, so that they can be listed.
const FleetLabel = "pipegen/applicationset"

// AnyCluster is in names and commands for people in the place of a cluster that nobody knows beforehand.
const AnyCluster = "CLUSTER"

// In is the name of the Application of a fleet in one of its clusters. Argo CD puts a cluster's name there in lower case,
// with a hyphen for what a name of Kubernetes cannot have.
func (e Environment) In(cluster string) string { return e.Application + "-" + cluster }

// Fleets are the environments that are in the clusters of labels, and Listed has the others.
func (p Plan) Fleets() []Environment {
	return p.only(func(e Environment) bool { return e.Cluster.Fleet != nil }).Environments
}

func (p Plan) Listed() Plan {
	return p.only(func(e Environment) bool { return e.Cluster.Fleet == nil })
}
