package generate

import (
	"cmp"
	"path"
	"slices"
	"time"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// custom is the folder of the author's own files, beside the kustomization that
// reads it. It lies below a folder that Argo CD looks at anyway.
const custom = "custom"

// workloadsOf decides what runs. With mistakes in the order of jobs, all are in the first wave.
func workloadsOf(s input, environments []plan.Environment) ([]plan.Workload, diag.List) {
	waves, bad := wavesOf(s)
	out := slices.Clone(s.workloads)
	for i, w := range out {
		out[i].Wave = waves[w.Name]
	}
	for i, w := range out {
		if w.Kind.Stays() {
			r, wrong := rolloutOf(s, w, out, environments)
			out[i].Rollout = r
			bad = append(bad, wrong...)
		}
	}
	return out, bad
}

// workloadOf is a workload without what the criteria decide.
func workloadOf(s input, w schema.Named[schema.Workload]) plan.Workload {
	d := w.Value
	if d.Own != nil {
		return plan.Workload{
			Kind: plan.OwnKind, Name: w.ID, NamePath: namePath(d.At), Path: d.At, Only: d.Only,
			Own: ownOf(s, w), Kinds: d.Custom.Kinds, Existing: existingOf(s, w.ID, d),
		}
	}
	out := plan.Workload{
		Kind: kindOf(d), Name: w.ID, NamePath: namePath(d.At), Path: d.At, Image: imageOf(s, d), External: d.External,
		Command: d.Command, Args: d.Args, Only: d.Only, Folder: folderOf(s, "base", w.ID),
		Port: d.Port, ServicePort: d.ServicePort, Replicas: d.Replicas, Scale: scaleOf(w.ID, d), Route: routeOf(w),
		Probes:    probesOf(d),
		Resources: resourcesOf(d.Resources), Env: d.Env, Reads: readsOf(d),
		User: d.RunAs.User, Group: d.RunAs.Group, Egress: d.Egress, PullPolicy: d.PullPolicy,
		Kinds: d.Custom.Kinds, Existing: existingOf(s, w.ID, d), Pod: podOf(d),
		Volumes: slices.Concat(emptyOf(d), volumesOf(w.ID, d), fileVolumesOf(d), storeVolumesOf(s, w.ID)), Files: filesOf(d), Init: initOf(s, d),
	}
	if out.Security = securityOf(d.Security, d.At); out.Security.Root {
		out.User, out.Group = 0, 0
	}
	if d.Stateful != nil {
		out.Stateful = statefulOf(d)
	}
	if out.Kind.Stays() {
		out.Rollout = replacedAs(d)
		out.Rollout.Earlier, out.Rollout.Usually = out.Earlier()
		out.Rollout.Recreate = out.Rollout.Recreate || out.Recreates()
	}
	out.Outside = out.Kind == plan.ServiceKind && (len(d.From) == 0 || slices.Contains(d.From, schema.Outside))
	out.From = slices.DeleteFunc(slices.Clone(d.From), func(name string) bool { return name == schema.Outside })
	if c := d.Cron; c != nil {
		out.Cron = &plan.Cron{Schedule: c.Schedule, TimeZone: c.TimeZone, Overlap: c.Overlap, Seconds: seconds(c.Timeout), History: c.History}
	}
	if j := d.Job; j != nil {
		out.Job = &plan.OneOff{Before: j.Before, After: j.After, Seconds: seconds(j.Timeout)}
	}
	if d.Custom.Base {
		out.Custom = &plan.Folder{Path: path.Join(out.Folder, custom), Reader: "every environment"}
	}
	return out
}

// kindOf says what a workload is. The schema has seen to it that it is one thing.
func kindOf(w schema.Workload) plan.WorkloadKind {
	switch {
	case w.Cron != nil:
		return plan.CronKind
	case w.Job != nil:
		return plan.JobKind
	case w.Worker != nil:
		return plan.WorkerKind
	}
	return plan.ServiceKind
}

// folderOf is the folder of a workload's files of some sort: with several workloads, each has its own.
func folderOf(s input, sort, workload string) string {
	if len(s.Workloads) == 1 {
		workload = ""
	}
	return path.Join(gitopsOf(s).Folder, sort, workload)
}

func resourcesOf(r schema.Resources) plan.Resources {
	return plan.Resources{Requests: plan.ResourceList(r.Requests), Limits: plan.ResourceList(r.Limits)}
}

// smokesOf are the Jobs that criteria ask for, each in its environments. Where there are several, each has a folder of
// its own, which is called by the first of them.
func smokesOf(s input, w schema.Named[schema.Workload]) []plan.Smoke {
	var out []plan.Smoke
	for _, d := range s.demands.All {
		c := d.Criterion
		if d.Ask != plan.Asked || !c.Covers(w.ID, "") {
			continue
		}
		out = append(out, plan.Smoke{
			Name: w.ID + "-smoke", Folder: folderOf(s, "smoke", w.ID), Criterion: c,
			Ask: cmp.Or(c.Endpoint, w.Value.Probes.Readiness), Status: c.Status, Seconds: int(c.Within / time.Second),
			Image: w.Value.Smoke.Image, PullPolicy: w.Value.Smoke.PullPolicy,
		})
	}
	if len(out) > 1 {
		for i, smoke := range out {
			out[i].Folder = path.Join(smoke.Folder, smoke.Criterion.In[0])
		}
	}
	return out
}
