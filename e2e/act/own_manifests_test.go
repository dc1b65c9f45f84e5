package act

import (
	"regexp"
	"testing"

	"github.com/pipegen/pipegen/e2e/runner"
)

// ownManifests are what a team has in its GitOps repository.
var ownManifests = map[string]string{
	"kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nnamespace: agents\nresources:\n- deployment.yaml\n",
	"deployment.yaml": `# Ours.
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  progressDeadlineSeconds: 120
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      securityContext:
        runAsNonRoot: true
        seccompProfile: {type: RuntimeDefault}
      containers:
      - name: web
        image: ghcr.io/org/repo/fastapi-agent:0.9
        securityContext:
          allowPrivilegeEscalation: false
          capabilities: {drop: [ALL]}
`,
}

// TestOwnManifests: the deploy to manifests of a team edits its live folder alone, finds the image in what they render to,
// and is taken back.
func TestOwnManifests(t *testing.T) {
	t.Parallel()
	files := map[string]string{}
	for name, text := range ownManifests {
		files["../gitops-repo/apps/agent/production/"+name] = text
	}
	w := world{runner.New(t, runner.Options{Files: files, Spec: func(text string) string {
		for field, own := range map[string]string{
			"deploy":   "deploy: own: kustomize: \"apps/agent/{environment}\"\n",
			"criteria": "criteria: back: {statement: \"A bad deploy is gone within five minutes.\", rollback: within: \"5m\"}\n",
		} {
			text = regexp.MustCompile(`(?ms)^`+field+`: \{\n.*?^\}\n`).ReplaceAllLiteralString(text, own)
		}
		return text
	}})}
	const green = "attest=success deploy-production=success gate=success image=success publish=success,success test=success"
	before := w.Head(t)
	first := w.Develop(t, "version = 2")
	w.Run(t, first).Want(t, green)
	one := w.Published(t, first.SHA)
	after := w.deployed(t, before, one)
	second := w.Develop(t, "version = 3")
	w.Run(t, second).Want(t, green)
	w.deployed(t, after, w.Published(t, second.SHA))
	w.takeBack(t, one)
}
