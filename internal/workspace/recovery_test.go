package workspace

import (
	"fmt"
	"maps"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/pipegen/pipegen/internal/artifact"
)

// No matter at which operation a run dies, the next run needs no help and comes to
// the same end: no file is listed as written that was not, and none is taken for
// edited.
func TestNextRunRecovers(t *testing.T) {
	first := ours(t, gen(artifact.Code, "a.yaml", "old\n"), gen(artifact.Code, "deep/er/gone.yaml", "old\n"),
		gen(artifact.GitOps, "b.yaml", "old\n"), gen(artifact.GitOps, "gone.yaml", "old\n"), live(artifact.GitOps, "live.yaml", "tag: none\n"))
	second := ours(t, gen(artifact.Code, "a.yaml", "new\n"), gen(artifact.Code, "c.yaml", "new\n"),
		gen(artifact.GitOps, "b.yaml", "new\n"), live(artifact.GitOps, "live.yaml", "tag: none\n"))
	run := func(t *testing.T, f *faults) (roots Roots, ops []string) {
		roots = twoRoots(t)
		mustApply(t, first, roots)
		err := apply(mustCompare(t, second, roots), roots, false, f.open)
		if (err == nil) != (f.fail == nil) {
			t.Fatalf("got %v", err)
		}
		return roots, f.ops
	}
	relative := func(t *testing.T, roots Roots) map[string]string {
		tree := map[string]string{}
		for root, dir := range roots {
			for name, what := range snapshot(t, dir) {
				// An empty folder that stays does no harm, and git does not see it.
				if !strings.HasPrefix(what, "d") {
					tree[string(root)+strings.TrimPrefix(name, dir)] = what
				}
			}
		}
		return tree
	}
	roots, ops := run(t, &faults{})
	want := relative(t, roots)
	for kind, faulty := range map[string]func(int, error) *faults{"fault": once, "kill": from} {
		for n, op := range ops {
			// A file that cannot be removed does not fail the writes.
			if op == "syncdir" || op == "remove" && kind == "fault" {
				continue
			}
			t.Run(fmt.Sprintf("%s/%02d-%s", kind, n, op), func(t *testing.T) {
				roots, _ := run(t, faulty(n, syscall.EIO))
				for range 2 {
					if err := Apply(mustCompare(t, second, roots), roots, false); err != nil {
						t.Fatal(err)
					}
				}
				got := relative(t, roots)
				maps.DeleteFunc(got, func(name, _ string) bool { return ourTemp().MatchString(name[strings.LastIndex(name, "/")+1:]) })
				sameTree(t, got, want)
			})
		}
	}
}

func TestFaultWhileRemoving(t *testing.T) {
	roots := twoRoots(t)
	mustApply(t, ours(t, gen(artifact.Code, "a.yaml", ""), gen(artifact.Code, "gone.yaml", "")), roots)
	next := ours(t, gen(artifact.Code, "a.yaml", "new\n"))
	err := apply(mustCompare(t, next, roots), roots, false, (&faults{fail: func(_ int, op string) error {
		if op == "remove" {
			return syscall.EROFS
		}
		return nil
	}}).open)
	if err == nil || !strings.Contains(err.Error(), "cannot remove "+roots[artifact.Code]+"/gone.yaml: read-only file system") {
		t.Errorf("got %v", err)
	}
	if got := read(t, roots[artifact.Code], "gone.yaml"); got != header {
		t.Errorf("gone.yaml is %q", got)
	}
	mustApply(t, next, roots)
	if _, err := os.Stat(roots[artifact.Code] + "/gone.yaml"); !os.IsNotExist(err) {
		t.Errorf("gone.yaml: %v", err)
	}
}
