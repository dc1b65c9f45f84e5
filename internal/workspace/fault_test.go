package workspace

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/pipegen/pipegen/internal/artifact"
)

// faults counts the operations of a run, on all its disks, and fails some.
type faults struct {
	ops  []string
	fail func(n int, op string) error
}

func (f *faults) next(op string) error {
	f.ops = append(f.ops, op)
	if f.fail == nil {
		return nil
	}
	if err := f.fail(len(f.ops)-1, op); err != nil {
		// As package os reports it, so that the messages are real.
		return &fs.PathError{Op: op, Path: "inner-name", Err: err}
	}
	return nil
}

func (f *faults) open(dir string) (disk, error) {
	if err := f.next("open"); err != nil {
		return nil, err
	}
	d, err := openDisk(dir)
	if err != nil {
		return nil, err
	}
	return faultyDisk{d, f}, nil
}

// once fails the n-th operation; from fails that one and all that come after, as
// for a process that was killed: no cleanup happens either.
func once(n int, err error) *faults {
	return &faults{fail: func(i int, _ string) error {
		if i == n {
			return err
		}
		return nil
	}}
}

func from(n int, err error) *faults {
	return &faults{fail: func(i int, _ string) error {
		if i >= n {
			return err
		}
		return nil
	}}
}

type faultyDisk struct {
	disk
	faults *faults
}

func (d faultyDisk) Lstat(name string) (fs.FileInfo, error) {
	if err := d.faults.next("lstat"); err != nil {
		return nil, err
	}
	return d.disk.Lstat(name)
}

func (d faultyDisk) ReadFile(name string) ([]byte, error) {
	if err := d.faults.next("readfile"); err != nil {
		return nil, err
	}
	return d.disk.ReadFile(name)
}

func (d faultyDisk) ReadDir(name string) ([]fs.DirEntry, error) {
	if err := d.faults.next("readdir"); err != nil {
		return nil, err
	}
	return d.disk.ReadDir(name)
}

func (d faultyDisk) Mkdir(name string, perm fs.FileMode) error {
	if err := d.faults.next("mkdir"); err != nil {
		return err
	}
	return d.disk.Mkdir(name, perm)
}

func (d faultyDisk) CreateNew(name string, perm fs.FileMode) (file, error) {
	if err := d.faults.next("create"); err != nil {
		return nil, err
	}
	f, err := d.disk.CreateNew(name, perm)
	if err != nil {
		return nil, err
	}
	return faultyFile{f, d.faults}, nil
}

func (d faultyDisk) Rename(from, to string) error {
	if err := d.faults.next("rename"); err != nil {
		return err
	}
	return d.disk.Rename(from, to)
}

func (d faultyDisk) Remove(name string) error {
	if err := d.faults.next("remove"); err != nil {
		return err
	}
	return d.disk.Remove(name)
}

// SyncDir only counts: no test cuts the power, and a real one takes milliseconds.
func (d faultyDisk) SyncDir(string) error { return d.faults.next("syncdir") }

type faultyFile struct {
	file
	faults *faults
}

// Write leaves half of the content behind when it fails, as a full disk does.
func (f faultyFile) Write(p []byte) (int, error) {
	if err := f.faults.next("write"); err != nil {
		n, _ := f.file.Write(p[:len(p)/2])
		return n, err
	}
	return f.file.Write(p)
}

func (f faultyFile) Chmod(perm fs.FileMode) error {
	if err := f.faults.next("chmod"); err != nil {
		return err
	}
	return f.file.Chmod(perm)
}

func (f faultyFile) Sync() error { return f.faults.next("sync") }

func (f faultyFile) Close() error {
	err := f.faults.next("close")
	return errors.Join(err, f.file.Close())
}

// scene has every kind of write in it: new and changed files in both roots, one of
// which does not exist yet, new directories, a leftover and a live file.
type scene struct {
	dir      string
	roots    Roots
	set      *artifact.Set
	before   map[string]string
	leftover string
}

func newScene(t *testing.T) scene {
	dir := t.TempDir()
	s := scene{
		dir:      dir,
		roots:    Roots{artifact.Code: filepath.Join(dir, "repo"), artifact.GitOps: filepath.Join(dir, "gitops")},
		leftover: filepath.Join(dir, "repo", "ci", tempName()),
	}
	put(t, dir, "repo/ci/a.yaml", header+"old a\n")
	put(t, dir, "repo/ci/b.yaml", header+"old b\n")
	put(t, dir, "repo/ci/same.yaml", header+"same\n")
	put(t, dir, "repo/live.yaml", "tag: deployed\n")
	if err := os.WriteFile(s.leftover, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.set = setOf(t,
		gen(artifact.Code, "ci/a.yaml", "new a\n"),
		gen(artifact.Code, "ci/b.yaml", "new b\n"),
		gen(artifact.Code, "ci/same.yaml", "same\n"),
		gen(artifact.Code, "ci/deep/er/c.yaml", "new c\n"),
		live(artifact.Code, "live.yaml", "tag: seed\n"),
		gen(artifact.GitOps, "base/d.yaml", "new d\n"),
		live(artifact.GitOps, "live/e.yaml", "tag: seed\n"))
	s.before = snapshot(t, dir)
	// The tests look for the leftover separately.
	delete(s.before, s.leftover)
	return s
}

func (s scene) apply(t *testing.T, f *faults) error {
	t.Helper()
	changes := mustCompare(t, s.set, s.roots)
	return apply(changes, s.roots, true, f.open)
}

// after returns the tree without the leftover, and the names of temporary files.
func (s scene) after(t *testing.T) (tree map[string]string, temps []string) {
	tree = snapshot(t, s.dir)
	delete(tree, s.leftover)
	for name := range tree {
		if ourTemp().MatchString(filepath.Base(name)) {
			temps = append(temps, name)
		}
	}
	return tree, temps
}

// states returns which files hold the new and which the old content, and fails on
// one that holds neither.
func (s scene) states(t *testing.T, tree map[string]string) (written, notWritten []string) {
	t.Helper()
	for _, c := range s.set.Files() {
		place := s.roots.Place(c)
		old, existed := s.before[place]
		if existed && (c.Owner == artifact.Live || strings.HasSuffix(old, string(c.Content))) {
			if tree[place] != old {
				t.Errorf("%s became %q", place, tree[place])
			}
			continue
		}
		switch now, exists := tree[place]; {
		case exists == existed && now == old:
			notWritten = append(notWritten, place)
		case strings.HasPrefix(now, "-rw") && strings.HasSuffix(now, " "+string(c.Content)):
			written = append(written, place)
		default:
			t.Errorf("%s is neither old nor new: %q", place, now)
		}
	}
	return written, notWritten
}

// operations returns what a run without faults does.
func operations(t *testing.T) []string {
	f := &faults{}
	s := newScene(t)
	if err := s.apply(t, f); err != nil {
		t.Fatal(err)
	}
	tree, temps := s.after(t)
	if written, _ := s.states(t, tree); len(written) != 5 || len(temps) != 0 {
		t.Fatalf("written: %q, temporary: %q", written, temps)
	}
	return f.ops
}

func TestFaultAtEveryOperation(t *testing.T) {
	ops := operations(t)
	firstRename := slices.Index(ops, "rename")
	for _, cause := range []error{syscall.ENOSPC, syscall.EIO} {
		for n, op := range ops {
			t.Run(fmt.Sprintf("%s/%02d-%s", cause, n, op), func(t *testing.T) {
				s := newScene(t)
				err := s.apply(t, once(n, cause))
				if !errors.Is(err, cause) {
					t.Fatalf("got %v", err)
				}
				if strings.Contains(err.Error(), "inner-name") || strings.Contains(err.Error(), ".pipegen-") {
					t.Errorf("the message has the name of a temporary file: %v", err)
				}
				tree, temps := s.after(t)
				if len(temps) != 0 {
					t.Errorf("temporary files stay: %q", temps)
				}
				written, notWritten := s.states(t, tree)
				if n < firstRename {
					sameTree(t, tree, s.before)
				}
				var failed *WriteError
				if !errors.As(err, &failed) {
					// Only what comes before the first write may fail in another way.
					if len(written) > 0 || slices.Contains(ops[:n], "readdir") {
						t.Errorf("not a WriteError: %v", err)
					}
					return
				}
				if !slices.Equal(failed.Written, written) || !slices.Equal(failed.NotWritten, notWritten) {
					t.Errorf("reported written %q, not written %q\nin truth %q and %q",
						failed.Written, failed.NotWritten, written, notWritten)
				}
			})
		}
	}
}

// A disk stays full: what frees space still works, what needs some does not.
func TestDiskFull(t *testing.T) {
	s := newScene(t)
	err := s.apply(t, &faults{fail: func(_ int, op string) error {
		if op == "write" {
			return syscall.ENOSPC
		}
		return nil
	}})
	want := "cannot write " + filepath.Join(s.dir, "repo", "ci", "a.yaml") + ": no space left on device; nothing was written"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	tree, temps := s.after(t)
	sameTree(t, tree, s.before)
	if len(temps) != 0 {
		t.Errorf("temporary files stay: %q", temps)
	}
}

func TestUnwritableDirectory(t *testing.T) {
	s := newScene(t)
	// The last directory refuses; the files before it must not be written.
	creates := 0
	err := s.apply(t, &faults{fail: func(_ int, op string) error {
		if op == "create" {
			if creates++; creates == 5 {
				return syscall.EACCES
			}
		}
		return nil
	}})
	want := "cannot write " + filepath.Join(s.dir, "gitops", "live", "e.yaml") + ": permission denied; nothing was written"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	tree, _ := s.after(t)
	sameTree(t, tree, s.before)
}

func TestKillAtEveryOperation(t *testing.T) {
	killed := errors.New("killed")
	for n, op := range operations(t) {
		t.Run(fmt.Sprintf("%02d-%s", n, op), func(t *testing.T) {
			s := newScene(t)
			if err := s.apply(t, from(n, killed)); err == nil {
				t.Fatal("the run outlived its death")
			}
			tree, _ := s.after(t)
			s.states(t, tree)

			// The next run completes everything and removes what the dead one left.
			if err := s.apply(t, &faults{}); err != nil {
				t.Fatal(err)
			}
			mended, temps := s.after(t)
			if _, notWritten := s.states(t, mended); len(notWritten) != 0 || len(temps) != 0 {
				t.Errorf("not written: %q, temporary: %q", notWritten, temps)
			}
		})
	}
}

// The order of the operations is the order of the files.
func TestApplyIsDeterministic(t *testing.T) {
	first := operations(t)
	for range 5 {
		if again := operations(t); !slices.Equal(first, again) {
			t.Fatalf("operations differ:\n%q\n%q", first, again)
		}
	}
}

// A rename may reach the disk before the content does, unless that was synced.
func TestApplyIsDurable(t *testing.T) {
	ops := operations(t)
	count := func(ops []string, op string) (n int) {
		for _, o := range ops {
			if o == op {
				n++
			}
		}
		return n
	}
	firstRename := slices.Index(ops, "rename")
	if got := count(ops[:firstRename], "sync"); got != 5 {
		t.Errorf("%d of 5 files are synced before the first rename", got)
	}
	// ci, ci/deep and ci/deep/er; the other root itself, base and live.
	if got := count(ops[firstRename:], "syncdir"); got != 6 {
		t.Errorf("%d of 6 directories are synced after the renames", got)
	}
	if last := ops[len(ops)-1]; last != "syncdir" {
		t.Errorf("the last operation is %s", last)
	}
}
