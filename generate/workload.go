package generate

import (
	"cmp"
	"path"
	"time"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// custom is the folder of the author's own files, beside the kustomization that
// reads it. It lies below a folder that Argo CD looks at anyway.
const custom = "custom"

// workloadsOf makes a list of the one workload that a spec can name.
func workloadsOf(s input, r plan.Rollout) []plan.Workload {
	d, folder := s.Deploy, gitopsOf(s).Folder
	w := plan.Workload{
		Name: s.Name, NamePath: "name", Path: "deploy", Image: s.Name, Folder: path.Join(folder, "base"),
		Port: d.Port, ServicePort: d.ServicePort, Replicas: d.Replicas,
		Probes:  plan.Probes{Startup: startupPath(s), Readiness: d.Probes.Readiness, Liveness: d.Probes.Liveness, Own: seconds(d.Probes.Startup)},
		Rollout: r, Resources: resourcesOf(d.Resources), Env: d.Env, Secrets: secretVariables(s),
		User: d.RunAs.User, Group: d.RunAs.Group, Egress: d.Egress, PullPolicy: d.PullPolicy,
		Kinds: d.Custom.Kinds, Existing: d.Existing,
		Writable: []plan.Volume{{Name: "tmp", Folder: tmp}},
		Smoke:    smokeOf(s),
	}
	for i, folder := range d.Writable {
		w.Writable = append(w.Writable, plan.Volume{Path: schema.Item("deploy.writable", i), Name: "writable-" + number(i+1), Folder: folder})
	}
	if d.Custom.Base {
		w.Custom = &plan.Folder{Path: path.Join(w.Folder, custom), Reader: "every environment"}
	}
	return []plan.Workload{w}
}

// startupPath is the path that depends on nothing but the process, where the
// program has one.
func startupPath(s input) string {
	if s.Deploy.Probes.Liveness != "" {
		return s.Deploy.Probes.Liveness
	}
	return s.Deploy.Probes.Readiness
}

func resourcesOf(r schema.Resources) plan.Resources {
	return plan.Resources{Requests: plan.ResourceList(r.Requests), Limits: plan.ResourceList(r.Limits)}
}

// smokeOf is the Job that a criterion asks for, if one does.
func smokeOf(s input) *plan.Smoke {
	c := s.demands.Asked
	if c == nil {
		return nil
	}
	return &plan.Smoke{
		Name: s.Name + "-smoke", Folder: path.Join(gitopsOf(s).Folder, "smoke"), Criterion: *c,
		Ask: cmp.Or(c.Endpoint, s.Deploy.Probes.Readiness), Status: c.Status, Seconds: int(c.Within / time.Second),
		Image: s.Deploy.Smoke.Image, PullPolicy: s.Deploy.Smoke.PullPolicy,
	}
}
