package generate

import (
	"fmt"
	"path"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/yamldoc"
)

// smokeJob writes the Job that asks the application through its Service once a
// sync is healthy (A18, T06). It has a folder, an account and labels of its own:
// with those of the application, the Service would send requests to it.
func (r *renderer) smokeJob() {
	smoke := r.plan.Smoke
	if smoke == nil {
		return
	}
	dir := path.Join(r.plan.GitOps.Folder, "smoke")
	name := r.own("name", r.plan.Spec.Name+"-smoke")
	labels, annotations := r.labels("smoke-test", name)
	r.add(artifact.GitOps, path.Join(dir, "kustomization.yaml"), r.fill("kustomize/smoke", yamldoc.Values{
		"labels": labels, "annotations": annotations,
	}))
	r.add(artifact.GitOps, path.Join(dir, "serviceaccount.yaml"), r.fill("kustomize/serviceaccount", yamldoc.Values{
		"name": name, "pullSecrets": yamldoc.Omit,
	}))
	r.add(artifact.GitOps, path.Join(dir, "networkpolicy.yaml"), r.fill("kustomize/smoke-networkpolicy", yamldoc.Values{
		"name": name, "application": r.name(),
	}))
	r.add(artifact.GitOps, path.Join(dir, "job.yaml"), r.fill("kustomize/smoke-job", yamldoc.Values{
		"name":      name,
		"criterion": r.own(smoke.SpecPath, r.criterionID("endpoint")),
		"seconds":   r.own(smoke.SpecPath+".within", smoke.Seconds),
		"image":     yamldoc.Of(curlImage),
		"script":    r.script("smoke-job"),
		"status":    r.own(smoke.SpecPath+".status", number(smoke.Status)),
		"url":       r.own(smoke.SpecPath, fmt.Sprintf("http://%s:%d%s", r.plan.Spec.Name, r.plan.Spec.Deploy.ServicePort, smoke.Path)),
	}))
}

// overlayResources are the folders that every overlay includes, from its own.
func (r *renderer) overlayResources() []string {
	if r.plan.Smoke == nil {
		return []string{"../../base"}
	}
	return []string{"../../base", "../../smoke"}
}
