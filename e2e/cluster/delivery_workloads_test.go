package cluster

import (
	"maps"
	"strings"
	"testing"
)

// TestDeliveryOfWorkloads follows a change to an API, a worker, a nightly job and a migration: verify counts the pods of
// all, and one rollback takes all back.
func TestDeliveryOfWorkloads(t *testing.T) {
	t.Parallel()
	d := newDelivery(t, "several", func(spec string) string {
		before, rest, _ := strings.Cut(spec, "\ndeploy: {\n")
		api, after, ok := strings.Cut(rest, "\n}\n")
		if !ok {
			t.Fatal("the spec has no deploy to change")
		}
		// A migration takes its time, in each deploy and in each rollback.
		after = strings.NewReplacer(
			"within 3 minutes", "within 20 minutes", `within: "3m"`, `within: "20m"`,
			"within 5 minutes", "within 40 minutes", `rollback: within: "5m"`, `rollback: within: "40m"`,
		).Replace(after)
		return before + "\nworkloads: {\n\tseveral: {\n" + api + `
	}
	worker: {
		worker: liveness: ["python", "-m", "app.alive"]
		command: ["python", "-m", "app.work"]
		replicas: 3
	}
	nightly: {
		cron: {schedule: "0 3 * * *", timeout: "30m"}
		command: ["python", "-m", "app.clean"]
	}
	migrate: {
		job: {before: ["several", "worker"], timeout: "5m"}
		command: ["python", "-m", "app.migrate"]
	}
}
` + after
	})
	older := d.begin(t)
	want := maps.Clone(kept)
	want["argocd"] = "kept Synced and Healthy, several 2 of 2 pods ready, worker 3 of 3 pods ready"
	want["cron job nightly"], want["job migrate"] = "kept it runs next at", "kept the last sync ran it"
	d.asks(t, "verify", "--wait", "--timeout", "1m").says(t, want)
	if got := d.asks(t, "doctor"); got.code != 0 {
		t.Errorf("doctor ends with %d:\n%s", got.code, got.text)
	}

	newer := d.deliver(t, "version = 3")
	arrived := d.arrived(t, newer)
	if !ended(arrived, "migrate", "Succeeded") {
		t.Errorf("the migration of %s has not run:\n%s", newer.Reference(), arrived)
	}
	d.asks(t, "verify", "--wait", "--timeout", "1m").says(t, want)

	d.Git(t, d.Folder("gitops-repo"), "pull", "--quiet", "--ff-only", "origin", "main")
	if got := d.asks(t, "rollback", "--env", "production", "--to", older.Tag, "--push", "--wait", "--timeout", "5m"); got.code != 0 {
		t.Errorf("rollback ends with %d:\n%s", got.code, got.text)
	}
	for _, deployment := range []string{"several", "worker"} {
		if !d.runs(t, deployment, older.Reference()) {
			t.Errorf("rollback has waited, and %s does not run %s", deployment, older.Reference())
		}
	}
}
