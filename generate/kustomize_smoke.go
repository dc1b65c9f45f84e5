package generate

import (
	"fmt"
	"path"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/yamldoc"
	"github.com/pipegen/pipegen/schema"
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
		"name": name, "pullSecrets": r.smokePullSecrets(),
	}))
	r.add(artifact.GitOps, path.Join(dir, "networkpolicy.yaml"), r.fill("kustomize/smoke-networkpolicy", yamldoc.Values{
		"name": name, "application": r.name(),
	}))
	r.add(artifact.GitOps, path.Join(dir, "job.yaml"), r.fill("kustomize/smoke-job", yamldoc.Values{
		"name":       name,
		"image":      r.smokeImage(),
		"pullPolicy": r.own("deploy.smoke.pullPolicy", r.plan.Spec.Deploy.Smoke.PullPolicy),
		"criterion":  r.own(smoke.SpecPath, r.criterionID("endpoint")),
		"deadline":   r.own(smoke.SpecPath+".within", smoke.Seconds+pullAllowance),
		"seconds":    r.own(smoke.SpecPath+".within", number(smoke.Seconds)),
		"script":     r.script("smoke-job"),
		"status":     r.own(smoke.SpecPath+".status", number(smoke.Status)),
		"url":        r.own(smoke.SpecPath, fmt.Sprintf("http://%s:%d%s", r.plan.Spec.Name, r.plan.Spec.Deploy.ServicePort, smoke.Path)),
	}))
}

func (r *renderer) smokeImage() yamldoc.Value {
	if own := r.plan.Spec.Deploy.Smoke.Image; own != "" {
		return r.own("deploy.smoke.image", own)
	}
	return r.ofTool("curl", r.tool("curl").reference())
}

// smokePullSecrets let the pod pull an image of the author's own as the application is
// pulled: the Secret may hold credentials for several registries.
func (r *renderer) smokePullSecrets() yamldoc.Value {
	if r.plan.Spec.Deploy.Smoke.Image == "" {
		return yamldoc.Omit
	}
	return r.pullSecrets()
}

// smokeAsksNothing refuses settings of a Job that is not there.
func smokeAsksNothing(s schema.Spec) diag.List {
	if smokeOf(s) != nil {
		return nil
	}
	var out diag.List
	no := func(field string) {
		out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Path: "deploy.smoke." + field,
			Message: "deploy.smoke." + field + " does nothing: the smoke Job comes with a criterion of the kind endpoint, and there is none",
			Help:    `leave it out, or promise an answer: criteria: answers: {statement: "It answers.", endpoint: within: "30s"}`})
	}
	if s.Deploy.Smoke.Image != "" {
		no("image")
	}
	if s.Deploy.Smoke.PullPolicy != defaultSmokePull {
		no("pullPolicy")
	}
	return out
}

// defaultSmokePull is the schema's: a digest names one content, and a registry that is
// asked at each sync may be down, or count how often it is asked.
const defaultSmokePull = "IfNotPresent"

// overlayResources are the folders that every overlay includes, from its own.
func (r *renderer) overlayResources() []string {
	if r.plan.Smoke == nil {
		return []string{"../../base"}
	}
	return []string{"../../base", "../../smoke"}
}
