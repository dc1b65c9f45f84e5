package workspace

import (
	"bytes"
	"fmt"
	"maps"
	"path"
	"slices"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/manifest"
)

// orphans are the files that the manifests list and the set no longer has, by repository and path. Of the seeded files
// only the author's folders that nothing reads any more are orphans; others, such as the configuration of a bot, are
// still read.
func (rs records) orphans(files []artifact.File, ds disks) ([]Change, error) {
	var out []Change
	for _, root := range []artifact.Root{artifact.Code, artifact.GitOps} {
		r, d := rs[root], ds[root]
		if r == nil || d == nil {
			continue
		}
		given := map[string]bool{}
		for _, f := range files {
			given[f.Path] = given[f.Path] || f.Root == root
		}
		listed := map[string]manifest.Entry{}
		for _, m := range append(slices.Collect(maps.Values(r.former)), r.own) {
			for _, e := range m.Files {
				if !given[e.Path] && r.claim(e.Path) == nil && (e.Owner != artifact.Seeded.String() || root == artifact.GitOps) {
					listed[e.Path] = e
				}
			}
		}
		for _, p := range slices.Sorted(maps.Keys(listed)) {
			change, ok, err := orphan(root, listed[p], d)
			if err != nil {
				return nil, fmt.Errorf("cannot read %s of the %s repository: %w", p, root, cause(err))
			}
			if ok && root == artifact.GitOps && rs.strange() {
				change.Cause, change.Reason = Unknown, "the spec does not give it, and no list in the code repository says that this spec ever did: it may be another's"
			}
			if ok {
				out = append(out, change)
			}
		}
		for _, p := range slices.Sorted(maps.Keys(r.former)) {
			old, err := d.ReadFile(p)
			if err != nil {
				return nil, fmt.Errorf("cannot read %s of the %s repository: %w", p, root, cause(err))
			}
			out = append(out, Change{File: artifact.File{Root: root, Path: p, Owner: artifact.Record}, Status: Orphan, Cause: BySpec, Old: old})
		}
	}
	return out, nil
}

// strange reports whether the code repository has no manifest of this spec. Its manifest in the GitOps repository may
// then be that of another spec that was compiled under the same name.
func (rs records) strange() bool {
	code := rs[artifact.Code]
	if code == nil {
		return false
	}
	_, listed := code.read[code.path]
	return !listed && code.fault == nil && len(code.former) == 0
}

// orphan looks at the path of an entry; ok is false where there is nothing, or a file that is not pipegen's. A manifest
// may lie, so a file counts as ours only if it says so itself.
func orphan(root artifact.Root, e manifest.Entry, d disk) (c Change, ok bool, err error) {
	old, _, err := readFile(d, e.Path)
	if err != nil || old == nil {
		return c, false, err
	}
	c = Change{File: artifact.File{Root: root, Path: e.Path}, Status: Orphan, Cause: BySpec, Old: old}
	for _, kept := range []struct {
		owner       artifact.Ownership
		folder, why string
	}{
		{artifact.Live, "live", "no environment of the spec has this folder any more, and CI has deployed there: delete it once nothing runs from it"},
		{artifact.Seeded, "custom", "nothing reads this folder of yours any more: move what you still need to its new path, and delete the rest"},
	} {
		if e.Owner != kept.owner.String() {
			continue
		}
		c.File.Owner = kept.owner
		if !artifact.IsSeed(e.Path, old) {
			c.Cause, c.Reason = ByEdit, kept.why
		}
		return c, path.Base(path.Dir(e.Path)) == kept.folder, nil
	}
	if manifest.Hash(old) != e.SHA256 {
		c.Cause, c.Reason = ByEdit, "the spec no longer gives it, and it was changed by hand: delete it, or remove its header to keep it"
	}
	return c, artifact.Ours(old), nil
}

// settle gives each manifest of the set its final content, and compares it with the one on disk. It keeps the orphans
// that stay and leaves out what is not pipegen's yet.
func (rs records) settle(changes, orphans []Change) {
	type place struct {
		root artifact.Root
		path string
	}
	others := map[place]bool{}
	for _, c := range changes {
		if c.Status == Foreign || c.Status == Blocked {
			others[place{c.File.Root, c.File.Path}] = true
		}
	}
	for i := range changes {
		c := &changes[i]
		r := rs[c.File.Root]
		if c.File.Owner != artifact.Record || c.Status == Blocked {
			continue
		}
		want := r.want.Without(func(p string) bool { return others[place{c.File.Root, p}] })
		for _, o := range orphans {
			if o.File.Root == c.File.Root && o.Action(false) == None {
				want = want.With(manifest.Entry{Path: o.File.Path, Owner: o.File.Owner.String(), SHA256: r.hash(o.File.Path)})
			}
		}
		c.File.Content = want.Encode()
		switch {
		case c.Old == nil:
		case r.fault != nil:
			c.Status, c.Cause, c.Reason, c.Line = Drifted, ByEdit, "the manifest cannot be used: "+r.fault.Message, r.fault.Line
		case want.Same(r.own):
			c.Status = Unchanged
		default:
			c.Status, c.Cause = Drifted, BySpec
		}
		// A run that has nothing to change leaves the name of the last writer.
		if c.Status == Unchanged {
			c.File.Content = bytes.Clone(c.Old)
		}
	}
}

func (r *record) hash(p string) string {
	h, _ := r.wrote(p)
	return h
}
