// Package cluster deploys what pipegen generates to a real Kubernetes API server
// with a real Argo CD, from a git server that stands in for github.com, and
// measures how long that takes. Most tests begin with a commit in the GitOps
// repository. Those of deliveries begin with a push of the source, which the
// generated workflow takes there, and ask pipegen's own verbs what they see.
//
// The programs are built from their Go modules and kept in the user's cache; the
// first run takes twenty minutes longer for it. Only the kubelet is a stand-in:
// kwok makes pods ready without running them, after a second. What depends on real
// containers, such as the time to pull and start an image, is therefore not
// measured; nor is what a network policy does.
//
// Argo CD is 3.2, the newest that a Go module can build upon; 3.5 decides in the
// same way when it looks at git.
//
// This needs Linux, git, jq, curl and openssl; etcd, gh, Prometheus and Redis come from Debian.
//
//	cd e2e && go test ./cluster
//	go test ./cluster -record               write what was measured to e2e/results.json
//	go test ./cluster -run Full -full 30m   measure polling with Argo CD's own values too
package cluster
