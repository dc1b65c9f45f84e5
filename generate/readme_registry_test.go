package generate_test

import (
	"strings"
	"testing"
)

// TestRegistriesInReadme: the checklist says of each login what it needs, also of those that no example has.
func TestRegistriesInReadme(t *testing.T) {
	var text string
	for _, f := range render(t, readBase(t, "registries")).Files() {
		if f.Path == ".github/workflows/README.md" {
			text = string(f.Content)
		}
	}
	for _, want := range []string{
		"Create the environment `registry` beside it, limited to the branch `main`",
		"access token that may do no more as the secret `QAPASSWORD` of the environment `registry`",
		"Pods pull `qahost.example.org/qaowner/qaflint` without a login",
		"the subject `repo:qaorg/qarepo:environment:registry`",
		"aws ecr create-repository --region qa-first-1 --repository-name qagranite",
		"as the secrets `QAKEYID` and `QAAWS` of the environment `registry`. It works until somebody replaces it.",
		"gcloud artifacts repositories create qakept --project qaproject --location qafirst --repository-format docker",
		"as the secret `QAGOOGLE` of the environment `registry`. It works until somebody replaces it.",
		"the role `AcrPush` for `qaazure.azurecr.io`",
		"as the secret `QAREADING`, in `registry-read` and in `registry`;",
		"those of forks get no secrets, go without the login to `qahost.example.org`",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the checklist does not say %q:\n%s", want, text)
		}
	}
}
