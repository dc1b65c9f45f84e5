package live

import (
	"github.com/pipegen/pipegen/internal/live/argocd"
	"github.com/pipegen/pipegen/internal/live/remote"
)

// Fleet is how an environment is found that is in all clusters with some labels.
type Fleet struct {
	// Set is the ApplicationSet that makes its Applications, and Mark the label that they have, as KEY=VALUE.
	Set, Mark string
	// Labels are those of the clusters, as kubectl takes them, and AtLeast is how many clusters there must be.
	Labels  string
	AtLeast int
}

// Found is what Argo CD has made for a fleet.
type Found struct {
	Environment string
	Fleet
	Applications Fact[[]argocd.Made]
	// Seen says that there are none where none is listed: the credential may see those of the project.
	Seen bool
	// Complaint is the error that the ApplicationSet reports, "" for none. Gone says that there is no such ApplicationSet.
	Complaint Fact[string]
	Gone      bool
}

// Clusters are those for which there is an Application.
func (f Found) Clusters() []string {
	var out []string
	for _, m := range f.Applications.Value {
		out = append(out, m.Cluster)
	}
	return out
}

// Hidden reports that none is shown, and nobody knows whether the credential may see any.
func (f Found) Hidden() bool {
	return len(f.Applications.Value) == 0 && !f.Complaint.Known && !f.Seen
}

// Fleet is what was found of an environment that is in all clusters with some labels, nil for any other.
func (f Facts) Fleet(environment string) *Found {
	for i := range f.Fleets {
		if f.Fleets[i].Environment == environment {
			return &f.Fleets[i]
		}
	}
	return nil
}

// fleets asks which clusters the environments by labels are in, and puts a destination for each into their place. Where
// none is found, the place stays, for what git says.
func (g *gatherer) fleets(f *Facts) {
	var all []Destination
	for _, p := range g.target.Environments {
		if p.Fleet == nil {
			all = append(all, p)
			continue
		}
		found := Found{Environment: p.Name, Fleet: *p.Fleet}
		if by := g.clients.ArgoCDs[p.ArgoCD]; by.Client == nil {
			found.Applications, found.Complaint = unknown[[]argocd.Made](by.Missing), unknown[string](by.Missing)
		} else {
			made, err := by.Client.Labelled(g.ctx, p.Project, p.Fleet.Mark)
			found.Applications = factFrom(made, by.Client.Server+"/applications", argo(err))
			if err == nil && len(made) == 0 {
				_, err := by.Client.Application(g.ctx, p.Fleet.Set, p.Project)
				found.Seen = remote.Is(err, remote.NotFound)
			}
			complaint, err := by.Client.Complaint(g.ctx, p.Fleet.Set)
			found.Complaint, found.Gone = factFrom(complaint, "", argo(err)), remote.Is(err, remote.NotFound)
		}
		f.Fleets = append(f.Fleets, found)
		for _, m := range found.Applications.Value {
			at := p
			at.Fleet, at.Application, at.Site = nil, m.Name, m.Cluster
			all = append(all, at)
		}
		if len(found.Applications.Value) == 0 {
			p.Nowhere = "Argo CD shows no Application of " + p.Fleet.Set
			if !found.Applications.Known {
				p.Nowhere = found.Applications.Why
			}
			all = append(all, p)
		}
	}
	g.target.Environments, f.Destinations = all, all
}
