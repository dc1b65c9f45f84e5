package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/build"
	"github.com/pipegen/pipegen/internal/change"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/gitrepo"
	"github.com/pipegen/pipegen/internal/pinning"
	"github.com/pipegen/pipegen/internal/pins"
	"github.com/pipegen/pipegen/schema"
)

// version is a spec on disk or at a commit.
type version struct {
	// name is its name in the report, and place the prefix of its positions.
	name, place string
	// path is the path of the spec in its repository, and header its name in the headers of the output.
	path, header string
	// text is nil if there is no spec.
	text []byte
	// lock is the lock of pins with it, nil without one.
	lock []byte
	// newest is set for the newer version, whose pipegen.version counts.
	newest bool
}

// compared are the two versions of a comparison.
type compared struct {
	before, after version
	notices       []string
}

// pair finds the two versions that the arguments name.
func (o *diffOptions) pair(args []string) (compared, error) {
	o.find()
	g := repository{file: o.spec, root: gitrepo.Root(filepath.Dir(o.spec))}
	if g.root != "" {
		g.path = headerPath(o.spec, g.root)
	}
	older, newer := "", ""
	switch len(args) {
	case 1:
		older = args[0]
	case 2:
		older, newer = args[0], args[1]
	}
	if a, b, ranged := strings.Cut(older, ".."); ranged && newer == "" && !isSpecFile(older) {
		older, newer = cmp.Or(a, "HEAD"), cmp.Or(strings.TrimPrefix(b, "."), "HEAD")
		if strings.HasPrefix(b, ".") {
			if g.root == "" {
				return compared{}, failed(errNoGit)
			}
			base := gitrepo.MergeBase(g.root, gitrepo.Resolve(g.root, older), gitrepo.Resolve(g.root, newer))
			if base == "" {
				return compared{}, failed(fmt.Errorf("%s and %s have no commit in common here; %s", older, newer, g.missing()))
			}
			older = base
		}
	}
	after, commit, err := o.newer(g, newer)
	if err != nil {
		return compared{}, err
	}
	after.newest = true
	if isSpecFile(older) {
		before, err := o.onDisk(older)
		return compared{before: before, after: after}, err
	}
	return g.older(older, commit, after)
}

// newer returns the version that is reviewed, with its commit, which is "" for one on disk.
func (o *diffOptions) newer(g repository, name string) (v version, commit string, err error) {
	if name == "" || isSpecFile(name) {
		v, err = o.onDisk(cmp.Or(name, o.spec))
		if name == "" {
			v.name = "the working tree"
		}
		return v, "", err
	}
	if commit, err = g.commit(name); err != nil {
		return v, "", err
	}
	if v = g.at(name, commit, g.path); v.text == nil {
		return v, "", failed(fmt.Errorf("there is no %s at %s", g.path, name))
	}
	// A path without the revision, as the review shows the file.
	v.place = filepath.ToSlash(g.file)
	return v, commit, nil
}

func isSpecFile(name string) bool { return strings.HasSuffix(name, ".cue") }

// onDisk returns a spec file with the lock of its code repository.
func (o *diffOptions) onDisk(file string) (version, error) {
	src, err := readSpec(file)
	if errors.Is(err, fs.ErrNotExist) {
		missing := o.specOptions
		missing.spec = file
		err = missing.absent()
	}
	if err != nil {
		return version{}, failed(err)
	}
	root := cmp.Or(gitrepo.Root(filepath.Dir(file)), filepath.Dir(file))
	lock, _, err := pinning.ReadLock(map[artifact.Root]string{artifact.Code: root})
	if err != nil {
		return version{}, failed(plain(err))
	}
	return version{name: file, place: filepath.ToSlash(file), path: filepath.ToSlash(file), header: headerPath(file, root), text: src, lock: lock.Content}, nil
}

// compiled returns the output of the version. Headers name the spec of the newer one, so that a renamed spec does not
// change every file.
func (v version) compiled(newer version) (*change.Side, diag.List, error) {
	loaded, found := schema.Load(v.place, v.text)
	if v.newest {
		if bad := loaded.NotFor(generate.Version); len(bad) > 0 {
			return nil, bad, nil
		}
	}
	if found.Failed() {
		return nil, found, nil
	}
	lock, bad := pinning.ParseLock(pins.LockPath, v.lock)
	judged := append(bad, lock.Judged(loaded.Spec.Pipegen.Pins)...)
	built, found, err := build.Loaded(loaded, found, generate.Options{SpecFile: newer.header, Pins: lock.Pins()})
	if err != nil {
		return nil, nil, bug(err)
	}
	if found = append(judged, found...); found.Failed() {
		return nil, found, nil
	}
	return &change.Side{Spec: loaded.Spec, Plan: built.Plan, Files: built.Set.Files(), Text: v.text, Locate: loaded.Locate}, found, nil
}
