package rules_test

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/rules"
)

// mutation is one damage to one file, and the rule that must see it.
type mutation struct {
	rule diag.Code
	name string
	spec string
	// file ends the path of the damaged file, and names one file.
	file string
	// old is a regular expression; what it finds first is replaced by new. In a job
	// it is looked for behind the line "  job:" alone.
	job, old, new string
	// also is damage to further files; more are files that are there as well.
	also []change
	more map[string]string
}

type change struct{ file, old, new string }

const (
	ci    = ".github/workflows/ci.yaml"
	two   = "two-environments"
	agent = "fastapi-agent"
	// hub has environments in two clusters.
	hub = "hub-and-spoke"
	// branches is the file for its clusters by labels.
	branches = "applicationsets/rates-branches.yaml"
	// apart has an Argo CD in each of its clusters.
	apart = "argocd-per-cluster"
	// catalog has its spec in a folder.
	catalog = "services/catalog"
	// extended has jobs and steps of its author's own.
	extended = "extended"
	// every promises all that can be promised.
	every = "every-promise"
	// pulls opens a pull request for each deploy.
	pulls = "pull-requests"
	// set has an ApplicationSet.
	set = "application-set"
	// workers has workloads of every kind, on one image and one that is not built here.
	workers = "workers"
	rails   = "rails-postgres"
	canary  = "canary"
	// mono has three images, some of whose files are the same, and images has two.
	mono       = "monorepo"
	images     = "images"
	setFile    = "applicationsets/parcel-tracker.yaml"
	deployment = "base/deployment.yaml"
	live       = "overlays/production/live/kustomization.yaml"
)

// apply returns the damaged output.
func (mu mutation) apply(t *testing.T, in rules.Input) rules.Input {
	t.Helper()
	in.Files = slices.Clone(in.Files)
	if mu.file != "" {
		mu.damage(t, in.Files)
	}
	for _, c := range mu.also {
		mutation{file: c.file, old: c.old, new: c.new}.damage(t, in.Files)
	}
	for name, content := range mu.more {
		root, at, _ := strings.Cut(name, ":")
		in.Files = append(in.Files, artifact.File{Root: artifact.Root(root), Path: at, Content: []byte(content)})
	}
	return in
}

// damage changes the one file that the mutation names.
func (mu mutation) damage(t *testing.T, files []artifact.File) {
	t.Helper()
	hits := 0
	for i, f := range files {
		if !strings.HasSuffix(f.Path, mu.file) {
			continue
		}
		hits++
		content := damaged(t, string(f.Content), mu)
		if bytes.Equal(content, f.Content) {
			t.Fatalf("the mutation does not change %s", f.Path)
		}
		files[i].Content, files[i].Origins = content, nil
	}
	if hits != 1 {
		t.Fatalf("%d files end in %s", hits, mu.file)
	}
}

// shared is where a job runs a script that is written in another one.
var shared = regexp.MustCompile(`run: \*(\S+)`)

func damaged(t *testing.T, content string, mu mutation) []byte {
	t.Helper()
	start := 0
	if mu.job != "" {
		if start = strings.Index(content, "\n  "+mu.job+":\n"); start < 0 {
			t.Fatalf("there is no job %s", mu.job)
		}
	}
	re := regexp.MustCompile("(?m)" + mu.old)
	at := re.FindStringSubmatchIndex(content[start:])
	for _, alias := range shared.FindAllStringSubmatch(content[start:], -1) {
		if at == nil && mu.job != "" {
			start = strings.Index(content, "&"+alias[1]+" |")
			at = re.FindStringSubmatchIndex(content[start:])
		}
	}
	if at == nil {
		t.Fatalf("%q is not in the file", mu.old)
	}
	rest := content[start:]
	replacement := re.ExpandString(nil, mu.new, rest, at)
	return []byte(content[:start] + rest[:at[0]] + string(replacement) + rest[at[1]:])
}

// rollback is another form of a rollback: one job for every environment.
const rollback = `name: Rollback
on:
  workflow_dispatch:
    inputs:
      environment:
        type: choice
        options: [staging, production]
permissions: {}
jobs:
  rollback:
    name: Roll back
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    environment: ${{ inputs.environment }}
    permissions: {}
    concurrency:
      group: gitops-orders-api-${{ inputs.environment }}
      cancel-in-progress: false
      queue: max
    steps:
      - name: Ask for a token
        id: app
        uses: actions/create-github-app-token@bcd2ba49218906704ab6c1aa796996da409d3eb1  # v3.2.0
        with:
          client-id: ${{ vars.GITOPS_APP_CLIENT_ID }}
          private-key: ${{ secrets.GITOPS_APP_PRIVATE_KEY }}
          owner: Example-Shop
          repositories: deployments
          permission-contents: write
      - name: Check out the GitOps repository
        uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1  # v7.0.1
        with:
          repository: Example-Shop/deployments
          ref: main
          token: ${{ steps.app.outputs.token }}
          path: gitops
          fetch-depth: 0
          persist-credentials: false
      - name: Revert
        env:
          GH_TOKEN: ${{ steps.app.outputs.token }}
          BRANCH: main
          LIVE: clusters/main/orders-api/overlays/${{ inputs.environment }}/live
        run: |
          gh auth setup-git
          cd gitops
          git config user.name me
          git config user.email me@example.org
          commit=$(git log -1 --format=%H -- "${LIVE}")
          git revert --no-edit "${commit}"
          git push origin "HEAD:refs/heads/${BRANCH}"
`

func rolling(old, new string) map[string]string {
	if !strings.Contains(rollback, old) {
		panic("the rollback workflow has no " + old)
	}
	return map[string]string{"code:.github/workflows/undo.yaml": strings.Replace(rollback, old, new, 1)}
}

// smokeJob is a hook such as an endpoint criterion would give.
const smokeJob = `apiVersion: batch/v1
kind: Job
metadata:
  name: smoke
  annotations:
    argocd.argoproj.io/hook: PostSync
spec:
  template:
    metadata:
      labels:
        app: smoke
    spec:
      serviceAccountName: orders-api
      restartPolicy: Never
      containers:
      - name: smoke
        image: curlimages/curl@sha256:8f7c3a8e1b2d4c5f60718293a4b5c6d7e8f90123456789abcdef0123456789ab
        args: [--fail, http://orders-api/livez]
`

const autoscaler = `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: orders-api
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: orders-api
  maxReplicas: 4
`

const secret = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: key\n"

const dockerfile = "FROM docker.io/library/python:3.13-slim AS runtime\nUSER 10001:10001\n"

// base adds a file to the base of two-environments.
func base(name, content string) map[string]string {
	return map[string]string{"gitops:clusters/main/orders-api/base/" + name: content}
}

const (
	baseKust = "orders-api/base/kustomization.yaml"
	resource = "^- service.yaml\n"
)

func TestMutations(t *testing.T) {
	inputs := map[string]rules.Input{}
	caught := map[diag.Code]int{}
	all := slices.Concat(mutations, workloadMutations, imageMutations, promotionMutations, figureMutations, previewMutations, renderedMutations, rootMutations)
	for _, mu := range all {
		if _, ok := inputs[mu.spec]; !ok {
			inputs[mu.spec] = input(t, mu.spec)
		}
		t.Run(string(mu.rule)+"/"+mu.name, func(t *testing.T) {
			found := run(t, mu.apply(t, inputs[mu.spec]))
			for _, d := range found {
				assertTold(t, d)
			}
			if !slices.ContainsFunc(found, func(d diag.Diagnostic) bool { return d.Code == mu.rule }) {
				show(t, found)
				t.Errorf("survives: no finding of rule %s", mu.rule)
				return
			}
			caught[mu.rule]++
		})
	}
	for _, r := range rules.All() {
		if r.By&rules.Proof != 0 && caught[diag.Code(strings.ToLower(r.ID))] == 0 {
			t.Errorf("no mutation shows that rule %s (%s) can fail", r.ID, r.Title)
		}
	}
	if caught[rules.Promised] == 0 {
		t.Error("no mutation breaks a promise")
	}
	t.Logf("%d mutations", len(all))
}

// TestHarmless are changes that break nothing: a proof that cries at them would be
// switched off.
func TestHarmless(t *testing.T) {
	for _, mu := range harmless {
		t.Run(mu.name, func(t *testing.T) {
			if found := run(t, mu.apply(t, input(t, mu.spec))); len(found) > 0 {
				show(t, found)
				t.Error("there should be no finding")
			}
		})
	}
}
