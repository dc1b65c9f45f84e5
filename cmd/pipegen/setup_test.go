package main

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/plan"
)

// body is the text that a command sends as it is.
var body = regexp.MustCompile(`^echo '(.*)' \| gh api `)

// TestSetup: the commands for each example are ones that bash reads, and set up every environment of GitHub, secret and
// variable that the workflow reads, the gate, and all that Argo CD is given.
func TestSetup(t *testing.T) {
	specs, err := filepath.Glob("../../specs/*/pipeline.cue")
	if err != nil || len(specs) == 0 {
		t.Fatal(specs, err)
	}
	for _, spec := range specs {
		t.Run(filepath.Base(filepath.Dir(spec)), func(t *testing.T) {
			r, _, err := (&specOptions{spec: spec, out: filepath.Join("../../golden", filepath.Base(filepath.Dir(spec)))}).loadAndRender()
			if err != nil {
				t.Fatal(err)
			}
			p := r.plan
			var commands []string
			for _, step := range generate.Setup(p) {
				commands = append(commands, step.Commands()...)
			}
			all := strings.Join(commands, "\n")
			if out, err := exec.Command("bash", "-n", "-c", all).CombinedOutput(); err != nil {
				t.Errorf("bash: %v: %s\n%s", err, out, all)
			}
			for _, c := range commands {
				if m := body.FindStringSubmatch(c); m != nil && !json.Valid([]byte(m[1])) {
					t.Errorf("this is no JSON: %s", m[1])
				}
			}
			var wanted []string
			for _, e := range p.Environments {
				wanted = append(wanted, "/environments/"+e.Name+" ")
				if e.Approval != "" {
					wanted = append(wanted, "/environments/"+e.Approval+" -F 'reviewers")
				}
			}
			for _, e := range p.Sites() {
				if e.Instance.Root == nil {
					wanted = append(wanted, " -f "+e.Manifest)
				}
				wanted = append(wanted, " -f "+e.Project.File)
			}
			for _, in := range p.Instances() {
				if root := in.Root; root != nil {
					apply := "kubectl apply" + in.Context() + " -f "
					wanted = append(wanted, apply+root.ProjectFile, apply+root.File)
				}
			}
			for _, j := range p.Jobs {
				if j.Asks() {
					wanted = append(wanted, "/environments/"+j.Environment)
				}
			}
			if p.ArgoCD.Webhook {
				// The one that Argo CD has is kept: the webhooks of other repositories have it too.
				for _, in := range p.Instances() {
					wanted = append(wanted, "kubectl get secret argocd-secret --namespace "+in.Namespace, in.Address+"/api/webhook'")
				}
				wanted = append(wanted, "test -s webhook-secret || openssl rand")
			}
			readers := []plan.Reader{plan.ByDeploys, plan.ByLogins, plan.ByPulls, plan.ByWork}
			for _, name := range p.SecretNames(plan.InGitHub, readers...) {
				wanted = append(wanted, "gh secret set "+name+" ")
			}
			for _, name := range p.SecretNames(plan.VariableInGitHub, readers...) {
				wanted = append(wanted, "gh variable set "+name+" ")
			}
			for _, want := range append(wanted, `"context":"`+p.Job("gate").Title()+`"`, p.Projects()[0].File) {
				if !strings.Contains(all, want) {
					t.Errorf("no command has %q:\n%s", want, all)
				}
			}
		})
	}
}
