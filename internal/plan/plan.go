// Package plan is a pipeline with every decision taken: typed facts, which the compiler writes down once and everything
// after it reads. It is data with small accessors, and knows neither how a spec is read nor how files are written.
//
// A fact carries the place in the spec from which it came. Where a type has a Path, a field that the spec names has its
// name below that path: the port of a workload at "deploy" came from "deploy.port".
package plan

import (
	"slices"

	"github.com/pipegen/pipegen/internal/pins"
)

// Plan is a pipeline.
type Plan struct {
	Name, Intent string
	// Owner is nil where the spec names none.
	Owner *Owner
	// SpecFile is the spec as the headers name it: its path in the code repository.
	SpecFile string

	Source  Source
	Release Release
	// StartedBy are the patterns of the files whose push to the branch starts the pipeline, nil where every push does.
	StartedBy []string
	// Tests are those of the whole source first, and then those of images.
	Tests []Test
	// Images are what is built and pushed, Workloads what runs.
	Images    []Image
	Workloads []Workload
	// Environments are in the order in which they are deployed.
	Environments []Environment
	// Workflow and RollbackWorkflow are the paths of the workflows in the code repository. Jobs are those of the one, and
	// RollbackJobs of the other: it takes deploys back, and is written if it has jobs.
	Workflow, RollbackWorkflow string
	Jobs, RollbackJobs         Jobs
	// Notice is nil where nobody is told of runs that fail.
	Notice *Notice
	// TestRuns are the runs that only test.
	TestRuns TestRuns
	// Promotions have a workflow each, for the environments to which no build deploys.
	Promotions []Promotion
	// Figures are what people ask Prometheus about each environment, in each of its clusters.
	Figures []Figure
	// Readme and Page are the paths of the pages in the code repository: what to know about the workflows, and the spec
	// for readers.
	Readme, Page string
	// Env are the variables of all jobs of the pipeline.
	Env map[string]string
	// Dependencies are what tests and workloads use, and Moved are the places of the values that they give.
	Dependencies []Dependency
	Moved        []Moved
	// Readers are the registries from which builds and tests pull with a login.
	Readers []Puller
	// MadeSecrets are the Secrets of the cluster that a deploy brings along.
	MadeSecrets []MadeSecret
	// Secrets are names under which something must be stored before others than programs read it.
	Secrets []Secret
	GitOps  GitOps
	ArgoCD  ArgoCD
	// Prometheus is nil where the spec names none.
	Prometheus *Prometheus
	// Previews is nil where pull requests get none.
	Previews *Previews

	// Criteria, Components and NonGoals are in the order of the spec.
	Criteria []Criterion
	// Demands are what the criteria ask for, and Labels what they write on the picture of the flow.
	Demands    Demands
	Labels     []Label
	Components []Component
	NonGoals   []NonGoal

	// Pins are the newer actions that the repository has taken up, by name, and Style is how workflows name actions.
	Pins  map[string]pins.Pin
	Style pins.Style
	// Tools are what the output downloads besides actions, by name.
	Tools map[string]pins.Tool
	// Bot is whose configuration is written: dependabot or renovate, "" for none.
	Bot string
	// Patches are the author's changes of generated files, in the order in which they are made.
	Patches []Patch
	// Accepted is what the author answers for.
	Accepted []Accepted
	// Needs are the author's files that the jobs ask for.
	Needs []Need
	// Unmanaged are the files of the output that people write by hand instead, each with the reason.
	Unmanaged map[string]string
}

// Owner is whose the pipeline is.
type Owner struct{ Name, Email string }

// Source is where the source lives: the repository as OWNER/NAME, and the branch that counts.
type Source struct {
	Repository, Branch string
	// Paths are the files and folders that the pipeline is made of, as the spec says; empty where it does not.
	Paths []string
	// History, Submodules and LFS are what is checked out beside the files of the commit.
	History, Submodules, LFS bool
}

// Release says which runs publish.
type Release struct {
	// Tags is the pattern of the git tags that are released, "" where the branch is.
	Tags string
	// Runs are those that publish, and Otherwise all others of the pipeline.
	Runs, Otherwise Runs
	// Events are the types of the events from other programs that start such a run.
	Events []string
}

// All are the runs that the pipeline is started for.
func (r Release) All() Runs { return r.Runs | r.Otherwise }

// ByTag reports whether git tags are released and not the branch.
func (r Release) ByTag() bool { return r.Tags != "" }

// Folder is a folder of the author's own beside a kustomization that reads it.
type Folder struct {
	// Path is from the root of the GitOps repository.
	Path string
	// Reader is whose files it adds to, in words.
	Reader string
}

// Folders are the folders of the author's own Kustomize files, from the root of the GitOps repository.
func (p Plan) Folders() []string {
	var out []string
	for _, w := range p.Workloads {
		if w.Custom != nil {
			out = append(out, w.Custom.Path)
		}
	}
	for _, e := range p.Environments {
		if e.Custom != nil {
			out = append(out, e.Custom.Path)
		}
	}
	return out
}

// Custom is the folder of the author's own files for an environment or, where that is "", for a workload, "" for the first
// one that has a folder. It is "" where there is none.
func (p Plan) Custom(environment, workload string) string {
	for _, e := range p.Environments {
		if e.Custom != nil && e.Name == environment {
			return e.Custom.Path
		}
	}
	for _, w := range p.Workloads {
		if w.Custom != nil && environment == "" && (workload == "" || workload == w.Name) {
			return w.Custom.Path
		}
	}
	return ""
}

// Changed reports whether the author changes something of the output, or may.
func (p Plan) Changed() bool { return len(p.Patches)+len(p.Unmanaged)+len(p.Folders()) > 0 }

// Unchanged is the plan without what its author changes in the output.
func (p Plan) Unchanged() Plan {
	p.Patches, p.Unmanaged = nil, nil
	p.Workloads, p.Environments = slices.Clone(p.Workloads), slices.Clone(p.Environments)
	for i := range p.Workloads {
		p.Workloads[i].Custom = nil
	}
	for i := range p.Environments {
		p.Environments[i].Custom = nil
	}
	return p
}

// Component is a part of the system, for people.
type Component struct{ ID, Purpose, Owner string }

// NonGoal is what is left out on purpose. Guard is what refuses it in the output, "" where nothing does.
type NonGoal struct{ ID, Path, Statement, Guard, Reason string }

// Patch is a JSON Patch of one generated file.
type Patch struct {
	Path, File string
	// In is the repository of the file, code or gitops; "" where only one has it.
	In, Reason string
	Ops        []Operation
}

// Accepted is a criterion that its author keeps by hand, or a rule that may be broken by an object, as KIND/NAME, or by a
// file.
type Accepted struct{ Path, Criterion, Rule, Object, File, Because string }

// Operation is one step of a patch.
type Operation struct {
	Path, Op, At, From string
	// Value is JSON text, nil where the operation has none.
	Value []byte
}
