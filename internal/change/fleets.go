package change

import (
	"fmt"

	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/plan"
)

// clusterLabels is about environments in all clusters with some labels, once where several are in the same.
func clusterLabels(a, b *view, add report) {
	after, said := environments(b), map[string]bool{}
	for _, x := range a.plan.Fleets() {
		y := after[x.Name].Cluster
		if y.Fleet == nil || y.Is(x.Cluster) || said[y.Path] {
			continue
		}
		said[y.Path] = true
		add("", y.Path, "The clusters are those with %s instead of %s.", y.Fleet.Selector(), x.Cluster.Fleet.Selector())
	}
}

// fleetNarrower says whose names were enough until now, "" where all of them still are.
func fleetNarrower(x, y plan.Environment) string {
	if x.Cluster.Fleet == nil || y.Cluster.Fleet == nil || pipeline.Fits(y.Cluster.Fleet.Names, x.Cluster.Fleet.Names) {
		return ""
	}
	return fmt.Sprintf("The clusters of %s have names like %s instead of %s.", y.Name, y.Cluster.Fleet.Names, x.Cluster.Fleet.Names)
}

// fleetSmaller says how many clusters there must be, "" where they are not fewer.
func fleetSmaller(x, y plan.Environment) string {
	if x.Cluster.Fleet == nil || y.Cluster.Fleet == nil || y.Cluster.Fleet.AtLeast >= x.Cluster.Fleet.AtLeast {
		return ""
	}
	return fmt.Sprintf("%s must be in %d clusters instead of %d.", y.Name, y.Cluster.Fleet.AtLeast, x.Cluster.Fleet.AtLeast)
}
