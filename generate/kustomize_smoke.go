package generate

import (
	"fmt"
	"path"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
)

// smokeJob writes the Job that asks the application through its Service once a
// sync is healthy (A18, T06). It has a folder, an account and labels of its own:
// with those of the application, the Service would send requests to it.
func (r *renderer) smokeJob(w plan.Workload, smoke plan.Smoke) {
	at := smoke.Criterion.At()
	name := r.own(w.NamePath, smoke.Name)
	of := w
	if len(w.Pod.Selector) > 0 {
		of.Name, of.Pod.Selector = smoke.Name, nil
	}
	labels, annotations := r.labels(of, "smoke-test", name)
	r.add(artifact.GitOps, path.Join(smoke.Folder, "kustomization.yaml"), r.fill("kustomize/smoke", yamldoc.Values{
		"labels": labels, "annotations": annotations,
	}))
	image, pull := r.ofTool("curl", r.tool("curl").Reference()), yamldoc.Omit
	if smoke.Image != "" {
		// As the workload is pulled: its Secret may hold credentials for several registries.
		image, pull = r.own(w.Path+".smoke.image", smoke.Image), r.pullSecrets(w)
	}
	r.add(artifact.GitOps, path.Join(smoke.Folder, "serviceaccount.yaml"), r.serviceAccount(name, yamldoc.Omit, pull, false))
	r.add(artifact.GitOps, path.Join(smoke.Folder, "networkpolicy.yaml"), r.fill("kustomize/smoke-networkpolicy", yamldoc.Values{
		"name": name, "application": r.name(w),
	}))
	r.add(artifact.GitOps, path.Join(smoke.Folder, "job.yaml"), r.fill("kustomize/smoke-job", yamldoc.Values{
		"name":       name,
		"image":      image,
		"pullPolicy": r.own(w.Path+".smoke.pullPolicy", smoke.PullPolicy),
		"criterion":  r.own(at, smoke.Criterion.ID),
		"deadline":   r.own(at+".within", smoke.Seconds+plan.PullAllowance),
		"seconds":    r.own(at+".within", number(smoke.Seconds)),
		"script":     r.script("smoke-job"),
		"status":     r.own(at+".status", number(smoke.Status)),
		"url":        r.own(at, fmt.Sprintf("http://%s:%d%s", w.Name, w.ServicePort, smoke.Ask)),
	}))
}

// smokeAsksNothing refuses settings for a smoke Job that no criterion asks for.
func smokeAsksNothing(s input) diag.List {
	var out diag.List
	whose := ""
	no := func(at string) {
		out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Path: at,
			Message: at + " does nothing: the smoke Job comes with a criterion of the kind endpoint, and there is none" + whose,
			Help:    `leave it out, or promise an answer: criteria: answers: {statement: "It answers.", endpoint: within: "30s"}`})
	}
	for _, w := range s.Workloads {
		if s.demands.By(plan.Asked, w.ID, "") != nil {
			continue
		}
		if len(s.Workloads) > 1 {
			whose = " for " + w.ID
		}
		if w.Value.Smoke.Image != "" {
			no(w.Value.At + ".smoke.image")
		}
		if w.Value.Smoke.PullPolicy != defaultSmokePull {
			no(w.Value.At + ".smoke.pullPolicy")
		}
	}
	return out
}

// defaultSmokePull is the schema's: a digest names one content, and a registry that is
// asked at each sync may be down, or count how often it is asked.
const defaultSmokePull = "IfNotPresent"

// overlayResources are the folders of what runs in some environments, as an overlay includes them from its own.
func (r *renderer) overlayResources(environments ...plan.Environment) []string {
	up := func(folder string) string { return "../.." + strings.TrimPrefix(folder, r.plan.GitOps.Folder) }
	var bases, smoke []string
	for _, w := range r.plan.Workloads {
		asked := map[string]bool{}
		for _, e := range environments {
			if w.Own != nil {
				if w.RunsIn(e.Name) && w.Overlaid() {
					bases = append(bases, fromOverlay(e, w.Own.In(e.Name)))
				}
				continue
			}
			if w.RunsIn(e.Name) && len(asked) == 0 {
				bases, asked[""] = append(bases, up(w.Folder)), true
			}
			if s := w.SmokeIn(e.Name); s != nil && !asked[s.Folder] {
				smoke, asked[s.Folder] = append(smoke, up(s.Folder)), true
			}
		}
	}
	return append(bases, smoke...)
}
