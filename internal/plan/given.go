package plan

import "slices"

// RunToken is the name by which a spec means the run's own token.
const RunToken = "GITHUB_TOKEN"

// TestEnvironment and BuildEnvironment are the environments in GitHub of jobs that read the secrets of tests and of builds,
// and log in to no registry. Pull requests start these jobs too.
const (
	TestEnvironment  = "tests"
	BuildEnvironment = "builds"
)

// Given is a secret that a spec gives to the work of a job: Name is its name in GitHub, or RunToken, and As is how the work
// knows it, as a variable or by the id of a mount; "" for a key that an agent keeps. Before and After are what is around it
// in the value, in expressions of GitHub, too.
type Given struct {
	Path, As, Name string
	Before, After  string
}

// Value is what a workflow writes for it.
func (g Given) Value() string {
	if g.Stored() {
		return g.Before + "${{ secrets." + g.Name + " }}" + g.After
	}
	return g.Before + "${{ github.token }}" + g.After
}

// Stored reports whether somebody has to store it.
func (g Given) Stored() bool { return g.Name != RunToken }

// StoredNames are the names of those that somebody has to store, each once.
func StoredNames(all []Given) []string {
	var out []string
	for _, g := range all {
		if g.Stored() && !slices.Contains(out, g.Name) {
			out = append(out, g.Name)
		}
	}
	return out
}

// Asks reports whether a job needs secrets that somebody has to store.
func (j Job) Asks() bool { return slices.ContainsFunc(j.Given, Given.Stored) }

// Variable is a variable of the workflow with the user of a feed, or a plain one that goes with a secret.
type Variable struct{ Path, Name, Value string }

// LeavesOut reports whether a job takes part in runs that get no secrets, and leaves its work out there.
func (j Job) LeavesOut() bool { return j.Asks() && j.Runs&(PullRequest|Fork) != 0 }
