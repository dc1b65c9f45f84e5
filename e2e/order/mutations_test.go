package order

import (
	"regexp"
	"strings"
	"testing"
)

// mutations are the guards, each of them taken out, and the rule that is broken then.
var mutations = []struct {
	name, rule string
	// find is a pattern for what is replaced, in the pipeline, or else in the rollback.
	find, by string
	of       func() (*World, error)
	Plan
}{
	{name: "queue: max", rule: "O01", find: `(?m)^ +queue: max\n`, Plan: pushes(3)},
	{name: "cancel-in-progress: false", rule: "O01", find: `cancel-in-progress: false(\n +#.*)*\n +queue: max`, by: "cancel-in-progress: true", Plan: pushes(2)},
	{name: "a group of its own for each run", rule: "O01", find: `github\.run_id \}\}\n  cancel`, by: "github.sha }}\n  cancel",
		Plan: Plan{Releases: []string{"c1"}, Dispatches: []string{""}, Most: Budget{Dispatches: 2}}},
	{name: "the output that stops production", rule: "O02", find: `&& needs\.deploy-staging\.outputs\.deployed == 'true'`, Plan: approvedPushes},
	{name: "the words of a deploy that stands back", rule: "O02", find: `echo "deployed=false"`, by: `echo "deployed=true"`, Plan: approvedPushes},
	{name: "what the gate knows of deploys that stand back", rule: "O02", find: `(?m)^ +AFTER_DEPLOYS: .*\n`, Plan: pushes(2)},
	{name: "the approval outside the group", rule: "O04", find: `name: production\n`, by: "name: production-approval\n", Plan: approvedPushes},
	{name: "check_order", rule: "O01", find: `(?m)^( +)check_order$`, by: "$1:", Plan: pushes(2)},
	{name: "the ancestor check", rule: "O02", find: `if git -C \.\./source merge-base --is-ancestor "\$\{GITHUB_SHA\}" "\$1"; then`, by: "if false; then", Plan: pushes(2)},
	{name: "check_newer", rule: "O01", find: `check_newer "\$\{commit\}" "\$\{ENVIRONMENT\} runs"`, by: ":",
		Plan: Plan{Releases: []string{"c1", "c2"}, Dispatches: []string{"it is urgent"}, Most: Budget{Dispatches: 1}}},
	{name: "check_taken_back", rule: "O03", find: `(?m)^( +)check_taken_back$`, by: "$1:", Plan: backOf(3, 0)},
	{name: "the whole history of the GitOps repository", rule: "O03", find: `(path: gitops\n +)fetch-depth: 0`, by: "${1}fetch-depth: 1", Plan: backOf(3, 0)},
	{name: "the whole history of the source", rule: "O02", find: `(path: source\n +)fetch-depth: 0`, by: "${1}fetch-depth: 1", Plan: pushes(2)},
	{name: "what the environment ahead runs", rule: "O02", find: `(?m)^ +AFTER: .*\n`, Plan: backOf(2, 1)},
	{name: "a person's reason", rule: "O03", find: `(?m)^ +BECAUSE: .*\n`,
		Plan: Plan{Releases: []string{"c1", "c2"}, Rollbacks: byOne[:1], Dispatches: []string{"it is mended"}, Most: Budget{Rollbacks: 1, Dispatches: 1}}},
	{name: "what a commit looks like", rule: "O05", find: `fail "\$2/source-commit holds`, by: `commit=""; : "`, Plan: edits(editGarbage)},
	{name: "a live commit that the source does not have", rule: "O05", find: `fail "\$1, so nobody`, by: `: "`, Plan: edits(editForeign)},
	{name: "line endings", rule: "O02", find: ` \| tr --delete '\[:space:\]'\)`, by: ")", Plan: edits(editCRLF)},
	{name: "a rollback's stack", rule: "O0[34]", find: `local at=\$\{place\[\$2\]:-0\}`, by: "local at=0",
		Plan: Plan{Releases: []string{"c1", "c2"}, Rollbacks: byOne[:1], Most: Budget{Rollbacks: 2}}},
	{name: "what an open pull request proposes", rule: "O0[12]", find: `check_newer "\$\{commit\}" "Pull request`, by: `: "`, of: pulls, Plan: pushes(2)},
	{name: "the merge that production waits for", rule: "O02", find: `needs\.merged-staging\.outputs\.deployed == 'true'`, by: "true", of: pulls, Plan: pushes(2)},
	{name: "the higher release", rule: "O07", find: `stand_back "\$2 release`, by: `: "`, of: tags, Plan: Plan{Releases: []string{"v1.5.0", "v1.4.1"}}},
	{name: "what was taken back ahead of a promotion", rule: "O10", find: `-n \$\{found\} && -n \$\{instead\}`, by: "-z here", of: promotions, Plan: promotedTo("c2").and(byOne[:1])},
	{name: "the very commit that ran ahead of a promotion", rule: "O0[26]|O10", find: `if \[\[ \$\{sources\[\$\{hash\}\]:-\} == "\$\{commit\}" \]\]`, by: `if contains "$${sources[$${hash}]:-}"`, of: promotions, Plan: promotedTo("c1")},
	{name: "the commit of a promotion by hand", rule: "O0[16]|O10", find: `GITHUB_SHA=\$\{PROMOTED\}`, by: ":", of: promotions, Plan: promotedTo("c1")},
	{name: "what runs ahead when a promotion deploys", rule: "O02", find: `(AFTER: .*\n +(BECAUSE: .*\n +)?PROMOTED)`, by: "NOT_$1", of: promotions, Plan: promotedTo("c2").and(byOne[:1])},
	{name: "the order of two tags", rule: "O01", find: `(?s)(GITHUB_SHA=\$\{PROMOTED\}.*?)\n +check_order\n`, by: "$1\n", of: promotions, Plan: promotedTo("c1", "c2")},
	{name: "the copy before a promotion deploys", rule: "W55", find: `(deploy-production:\n(?:.*\n){1,4}? +needs: \[find-production), copy-production\]`, by: "$1]", of: copies, Plan: promotedTo("c1")},
	{name: "the digest of a copy", rule: "W55|O02", find: `(COPIES: \S+@)\$\{\{ needs\.find-\S+\.outputs\.digest-\S+ \}\}`, by: "${1}sha256:" + strings.Repeat("0", 64), of: copies, Plan: promotedTo("c1")},
	{name: "the time for which images have to run ahead", rule: "O10", find: `(?m)^ +SECONDS_TO_SOAK: .*\n`, of: copies, Plan: promotedTo("c1")},
	{name: "the files in the name of an image", rule: "X34", find: `content=\$\(git ls-files --stage -- "\$\{paths\[@\]\}"`, by: "content=$$(echo same", of: several, Plan: afterOne("c2")},
	{name: "the image that a run takes again", rule: "O02", find: `(?m)^ +REUSED: .*\n`, of: several, Plan: afterOne("c2")},
	{name: "the name of an image that was not built", rule: "O02", find: ` \|\| needs\.changes\.outputs\.build-\w+ == 'false'`, of: several, Plan: afterOne("c2")},
	{name: "what the gate knows of images that were not built", rule: "O02", find: `\(needs\.changes\.outputs\.build-\w+ != 'false'\)`, by: "true", of: several, Plan: afterOne("c2")},
	{name: "the name of a commit that has taken an image again", rule: "O02", find: `named=\$\{GITHUB_SHA\}`, by: ":", of: several,
		Plan: afterOne("c2").with(Plan{Dispatches: []string{""}, Most: Budget{Dispatches: 1}})},
	{name: "all images of a run", rule: "X34", find: `(?m)^ +web=ghcr\.io.*\n`, of: several, Plan: afterOne("c3")},
	{name: "the tag of an image that runs already", rule: "X34", find: `if grep --quiet --extended-regexp "image: `, by: `if false && grep "`, of: several, Plan: afterOne("c2")},
	{name: "check_order, with several images", rule: "O01", find: `(?m)^( +)check_order$`, by: "$1:", of: several, Plan: afterOne("c2", "c3")},
	{name: "check_taken_back, with several images", rule: "O03", find: `(?m)^( +)check_taken_back$`, by: "$1:", of: several,
		Plan: afterOne("c2", "c3").with(Plan{Edits: []string{editRevert}, Most: Budget{Edits: 1}})},
	{name: "one commit for all images", rule: "X34|O09", find: `\(cd "\$\{LIVE\}" && kustomize edit`, of: several,
		by:   `git add --all; git diff --cached --quiet || git commit --quiet --message part; (cd "$${LIVE}" && kustomize edit`,
		Plan: afterOne("c3").with(Plan{Edits: []string{editRevert}, Most: Budget{Edits: 1}})},
	{name: "the whole live folder of then", rule: "X34", find: `--staged --worktree -- "\$\{LIVE\}"`, by: `--staged --worktree -- "$${LIVE}/kustomization.yaml"`, of: several,
		Plan: afterOne("c3").with(Plan{Rollbacks: byOne[:1], Most: Budget{Rollbacks: 1}})},
}

// pushes are so many, and nobody approves any for production.
func pushes(n int) Plan { return Plan{Releases: []string{"c1", "c2", "c3"}[:n]} }

// promotedTo are two pushes, and commits of them that somebody promotes.
func promotedTo(commits ...string) Plan {
	p := pushes(2)
	p.Promotions, p.Most = commits, Budget{Promotions: len(commits)}
	return p
}

// and has somebody roll back as well.
func (p Plan) and(rollbacks []Rollback) Plan {
	p.Rollbacks, p.Most.Rollbacks = rollbacks, 1
	return p
}

var approvedPushes = Plan{Releases: []string{"c1", "c2"}, Most: Budget{Approvals: 2}}

func backOf(n, approvals int) Plan {
	p := pushes(n)
	p.Rollbacks, p.Most = byOne[:1], Budget{Rollbacks: 1, Approvals: approvals}
	return p
}

func edits(text string) Plan {
	return Plan{Releases: []string{"c1"}, Edits: []string{text}, Most: Budget{Edits: 1}}
}

// TestMutations takes out one guard after the other: each time a story is found that breaks a rule. It says what the
// explorer sees rather than what the workflows do, so it is for the long run.
func TestMutations(t *testing.T) {
	if !*whole {
		t.Skip("runs with -whole, as in make e2e-order")
	}
	for _, mutation := range mutations {
		t.Run(mutation.name, func(t *testing.T) {
			t.Parallel()
			find, found := regexp.MustCompile(mutation.find), false
			if mutation.of == nil {
				mutation.of = branch
			}
			m := model(t, mutation.of, mutation.Plan, func(_, text string) string {
				if found || !find.MatchString(text) {
					return text
				}
				found = true
				return find.ReplaceAllString(text, mutation.by)
			})
			if !found {
				t.Fatalf("no workflow has %s", mutation.find)
			}
			r, err := m.Explore()
			if err != nil {
				t.Fatal(err)
			}
			if r.Failure == nil {
				t.Fatalf("nothing is wrong without it: %v", r)
			}
			t.Log(r, table(t, m, r.Failure))
			if !regexp.MustCompile(mutation.rule).MatchString(r.Failure.Rule) {
				t.Errorf("that breaks %s, and not %s", r.Failure.Rule, mutation.rule)
			}
		})
	}
}
