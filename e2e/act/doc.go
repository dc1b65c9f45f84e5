// Package act runs the generated workflow by itself and looks at what it leaves
// behind: images in a registry, commits in the GitOps repository, results of jobs.
// Small projects below testdata are tested by the real tools of their languages, those of this machine; one whose tools
// are not here is skipped, and says what is missing.
// Package cluster tests what happens to them in a cluster; package runner says what
// is real in a run.
//
//	cd e2e && go test ./act
package act
