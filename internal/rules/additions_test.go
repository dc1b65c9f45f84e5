package rules_test

import (
	"os"
	"path/filepath"
	"testing"
)

// additions puts steps, variables and jobs of the author's own wherever the spec has
// room for them.
const additions = `
workflow: {
	env: TZ: "UTC"
	jobs: {
		test: {before: [{name: "B", run: "echo x >>\"${GITHUB_ENV}\""}], after: [{name: "A", run: "true", if: "always"}]}
		build: {before: [{name: "B", uses: "actions/setup-go", with: "go-version": "1.26"}], after: [{name: "A", run: "true"}], env: ONE: "1"}
		publish: {before: build.before, after: [{name: "A", run: "true", if: "failure"}], env: ONE: "1"}
		image: {before: [{name: "B", run: "true"}], after: [{name: "A", run: "true", vars: MY_VAR: "MY_VAR"}], env: ONE: "1"}
		deploy: {before: [{name: "B", run: "true", secrets: S: "MY_SECRET"}], after: [{name: "A", run: "true", outputs: {MY_TAG: "tag", MY_DIGEST: "digest"}}], env: ONE: "1"}
	}
	extraJobs: {
		verify: {needs: ["image"], neededBy: ["deploy"], environment: "ops", steps: [{name: "V", run: "true", secrets: K: "KEY", outputs: IMAGE_DIGEST: "digest"}]}
		size: {needs: ["publish"], neededBy: ["image"], timeout: "1m", checkout: false, steps: [{name: "S", run: "true"}]}
		preview: {needs: ["build"], permissions: "pull-requests": "write", steps: [{name: "P", run: "gh pr comment --body x", token: true}]}
		nightly: {when: "no-release", required: false, runner: "macos-15", steps: [{name: "P", run: "true"}]}
		"null": {steps: [{name: "P", run: "true", env: {MY_IMAGES: "a", STATUS: "b", TOKEN: "c"}}]}
		dist: {needs: ["test"], when: "release", permissions: packages: "write", steps: [{name: "D", run: "docker login ghcr.io && docker push ghcr.io/a/b"}]}
	}
}
`

// TestAdditionsEverywhere: no proof may cry at an addition that the compiler takes,
// however the spec releases and wherever it deploys to.
func TestAdditionsEverywhere(t *testing.T) {
	for _, name := range []string{"fastapi-agent", "go-release", "minimal", "single-repository"} {
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join("../../specs", name, "pipeline.cue"))
			if err != nil {
				t.Fatal(err)
			}
			if found := run(t, inputOf(t, string(text)+additions)); len(found) > 0 {
				show(t, found)
				t.Error("there should be no finding")
			}
		})
	}
}
