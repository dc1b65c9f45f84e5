package pinning

import (
	"slices"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/manifest"
	"github.com/pipegen/pipegen/internal/pins"
	"github.com/pipegen/pipegen/internal/workspace"
)

// Take returns what to write to take bumps: the lock, and the manifest with the hashes of the files that are as pipegen
// would now write them, so that the bumps no longer count as edits. An error is a fault of the compiler.
func (s Subject) Take(taken Taken, changes []workspace.Change) ([]workspace.Change, error) {
	lock := s.Lock.Lock
	for name, p := range taken {
		lock = lock.With(name, p.To)
	}
	plan := s.Plan
	plan.Pins = lock.Pins()
	set, _, err := generate.Output(plan)
	if err != nil {
		return nil, err
	}
	writes := []workspace.Change{s.Lock.Change(lock)}
	for _, record := range changes {
		if record.File.Owner != artifact.Record || record.File.Root != artifact.Code {
			continue
		}
		m, err := manifest.Parse(record.Old)
		if err != nil {
			continue
		}
		if vouched := taken.vouch(m, changes, set); !vouched.Same(m) {
			record.File.Content, record.Status, record.Cause, record.Reason = vouched.Encode(), workspace.Drifted, workspace.BySpec, ""
			writes = append(writes, record)
		}
	}
	return writes, nil
}

// vouch returns a manifest with the hashes of the bumped files. A file that has all taken bumps is what the spec now
// gives, except perhaps for bumps that were not taken; its hash is that of the spec. A file that is out of date in
// other lines gets its own hash: generate updates it.
func (t Taken) vouch(m manifest.Manifest, changes []workspace.Change, set *artifact.Set) manifest.Manifest {
	m.Files = slices.Clone(m.Files)
	for i, e := range m.Files {
		at := slices.IndexFunc(changes, func(w workspace.Change) bool { return w.File.Root == artifact.Code && w.File.Path == e.Path })
		if at < 0 || changes[at].Cause != workspace.ByBot {
			continue
		}
		old := changes[at].Old
		now, _ := set.Lookup(artifact.Code, e.Path)
		differ, _ := pins.Bumps(old, now.Content)
		behind := 0
		for _, b := range differ {
			if _, ok := t[pins.Repository(b.Name)]; ok || b.Older() {
				behind++
			}
		}
		switch {
		case behind == 0 && pins.Alike(old, now.Content):
			m.Files[i].SHA256 = manifest.Hash(now.Content)
		case behind == len(differ):
			m.Files[i].SHA256 = manifest.Hash(old)
		}
	}
	return m
}
