// Package act runs the generated workflow by itself and looks at what it leaves behind:
// images in a registry, commits in the GitOps repository, results of jobs. What then
// becomes of them in a cluster is the matter of package cluster; what is real in a run is
// said in package runner.
//
//	cd e2e && go test ./act
package act
