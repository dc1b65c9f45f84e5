// Package act runs the generated workflow by itself and looks at what it leaves
// behind: images in a registry, commits in the GitOps repository, results of jobs.
// Package cluster tests what happens to them in a cluster; package runner says what
// is real in a run.
//
//	cd e2e && go test ./act
package act
