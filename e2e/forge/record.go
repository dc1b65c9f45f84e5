package forge

import (
	"slices"
	"strings"
)

// record is what the forge knows about a repository in addition to git.
type record struct {
	pushes    []push
	pulls     []*pull
	autoMerge bool
	hook      *hook
	noActions bool
	rules     map[string][]string // types by branch
	reviewed  map[string]bool     // by branch
	states    map[string]string   // by the file of a workflow
	stored    map[place][]string
	attested  map[string]int // by digest
}

// place is where secrets or variables are kept: kind is either word, and environment
// "" the repository.
type place struct{ environment, kind string }

// of is the record of a repository. The mutex must be held.
func (f *Forge) of(repository string) *record {
	r, ok := f.records[repository]
	if !ok {
		r = &record{
			rules: map[string][]string{}, reviewed: map[string]bool{}, states: map[string]string{},
			stored: map[place][]string{}, attested: map[string]int{},
		}
		f.records[repository] = r
	}
	return r
}

// change changes a record while nobody reads it.
func (f *Forge) change(repository string, edit func(*record)) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	edit(f.of(repository))
}

// SetStored says which secrets or variables there are, as kind says, in an environment;
// "" are those of the repository. An environment exists once it was named here.
func (f *Forge) SetStored(repository, environment, kind string, names ...string) {
	// GitHub keeps names in capitals, however they were typed.
	names = strings.Fields(strings.ToUpper(strings.Join(names, " ")))
	f.change(repository, func(r *record) { r.stored[place{environment, kind}] = names })
}

// SetRules puts a branch under rules of these types, such as pull_request, and of no
// others. A branch with a rule is protected. The rules bind nobody who pushes, other than
// that of SetReviews.
func (f *Forge) SetRules(repository, branch string, types ...string) {
	types = slices.Clone(types)
	f.change(repository, func(r *record) { r.rules[branch] = types })
}

// SetReviews has a branch take nothing but pull requests that a person has approved, or
// again all, as it does to begin with. A new head has to be approved anew.
func (f *Forge) SetReviews(repository, branch string, required bool) {
	f.change(repository, func(r *record) { r.reviewed[branch] = required })
}

// SetAutoMerge lets pull requests of the repository merge themselves, which they may not
// to begin with.
func (f *Forge) SetAutoMerge(repository string, allowed bool) {
	f.change(repository, func(r *record) { r.autoMerge = allowed })
}

// SetWorkflowState sets the state of a workflow, by its file name, in GitHub's words:
// active, which it is to begin with, or disabled_manually and the like.
func (f *Forge) SetWorkflowState(repository, file, state string) {
	f.change(repository, func(r *record) { r.states[file] = state })
}

// SetPolicy lets the repository run workflows, as it may to begin with, or not.
func (f *Forge) SetPolicy(repository string, enabled bool) {
	f.change(repository, func(r *record) { r.noActions = !enabled })
}

// Attest adds an attestation for a digest, such as sha256:….
func (f *Forge) Attest(repository, digest string) {
	f.change(repository, func(r *record) { r.attested[digest]++ })
}
