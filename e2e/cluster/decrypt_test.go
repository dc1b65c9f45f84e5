package cluster

import (
	"strings"
	"testing"

	"github.com/pipegen/pipegen/e2e/cluster/kube"
)

// TestDecrypted: the generated workflow, which has no key, deploys beside a file that SOPS has encrypted; its value arrives
// in the Secret, what somebody has changed without SOPS stops the environment, and doctor says so.
func TestDecrypted(t *testing.T) {
	t.Parallel()
	d := newDelivery(t, "locked", func(text string) string {
		text = strings.Replace(text, "\t\tguard:     \"secrets-management\"\n", "", 1)
		return strings.Replace(text, "deploy: {\n", "secrets: \"locked-pins\": sops: true\ndeploy: {\n\tsecrets: PIN: {name: \"locked-pins\", key: \"pin\"}\n", 1)
	})
	seal(t, d.Folder("gitops-repo"))
	d.Commit(t, "gitops-repo", "encrypt the pins")
	d.begin(t)
	var secret struct{ Data map[string][]byte }
	check(t, run.Kube.Get(t.Context(), kube.Named("v1", "Secret", d.namespace, "locked-pins"), &secret))
	if value := string(secret.Data["pin"]); value != "the pin" {
		t.Errorf("the Secret has %q", value)
	}
	file := d.overlay + "/secrets/locked-pins.enc.yaml"
	d.meetAll(t, []trouble{
		{
			name: "a file that was changed without SOPS",
			cause: func(t *testing.T, d *delivery) []string {
				d.edit(t, file, "\n    pin: ", "\n    pun: ")
				return nil
			},
			finds: "not-decrypted", words: "sops edit FILE",
			mend: func(t *testing.T, d *delivery) { d.unedit(t) },
		},
		{
			name: "a file that is not encrypted",
			cause: func(t *testing.T, d *delivery) []string {
				d.edit(t, file, "\nsops:\n", "\nsopz:\n")
				return nil
			},
			finds: "not-decrypted", words: "let SOPS write the file",
			mend: func(t *testing.T, d *delivery) { d.unedit(t) },
		},
		{
			name: "a program that the repository server does not have",
			cause: func(t *testing.T, d *delivery) []string {
				d.edit(t, d.overlay+"/secrets/ksops.yaml", "path: ksops", "path: nowhere/ksops")
				return nil
			},
			finds: "decrypter-missing", words: "the program ksops",
			mend: func(t *testing.T, d *delivery) { d.unedit(t) },
		},
	})
}
