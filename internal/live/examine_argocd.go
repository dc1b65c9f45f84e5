package live

import (
	"github.com/pipegen/pipegen/internal/live/argocd"
)

// given asks each Argo CD about what gives it its Applications.
func (x examiner) given() map[string]Given {
	out := map[string]Given{}
	for cluster, source := range x.look.Sources {
		var of Given
		client := x.clients.ArgoCDs[cluster].Client
		if missing := x.clients.ArgoCDs[cluster].Missing; client == nil {
			out[cluster] = Given{unknown[argocd.Application](missing), unknown[string](missing)}
			continue
		}
		if source.Root != "" {
			app, err := client.Application(x.ctx, source.Root, source.RootProject)
			of.Root = factFrom(app, app.URL, argo(err))
		}
		if source.Set != "" {
			says, err := client.Complaint(x.ctx, source.Set)
			of.Set = factFrom(says, client.Server+"/settings/applicationsets", argo(err))
		}
		out[cluster] = of
	}
	return out
}

// cluster asks Argo CD why an Application or its pods wait.
func (x examiner) cluster(d *EnvironmentDetails, p Destination, e Environment) {
	client := x.clients.ArgoCDs[p.ArgoCD].Client
	if client == nil || !e.App.Known {
		d.Windows, d.Unhealthy = without[argocd.Windows](e.App), without[[]argocd.Resource](e.App)
		return
	}
	page := e.App.URL
	w, err := client.Windows(x.ctx, p.Application)
	d.Windows = factFrom(w, page, argo(err))
	bad, err := client.Unhealthy(x.ctx, p.Application)
	d.Unhealthy = factFrom(bad, page, argo(err))
	d.Events = map[string]Fact[[]argocd.Event]{}
	for _, pod := range e.Pods.Value {
		if pod.Ready || len(d.Events) == mostPods {
			continue
		}
		said, err := client.Events(x.ctx, p.Application, pod.Namespace, pod.Name, pod.UID)
		d.Events[pod.Name] = factFrom(said, page, argo(err))
	}
	asked := 0
	for _, r := range bad {
		if (r.MakesSecret() || r.Scales()) && asked < mostPods {
			asked++
			said, err := client.Events(x.ctx, p.Application, r.Namespace, r.Name, r.UID)
			d.Events[r.Kind+"/"+r.Name] = factFrom(said, page, argo(err))
		}
	}
}
