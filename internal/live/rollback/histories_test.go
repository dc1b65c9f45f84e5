package rollback

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// generatedLive is the live folder of the generated histories.
const generatedLive = "apps/shop/overlays/production/live"

// madeUp creates a repository in dir with n generated histories of a live folder,
// and returns the newest commit of each. The same n gives the same histories.
func madeUp(t *testing.T, dir string, n int) []string {
	t.Helper()
	if out, err := exec.Command("git", "init", "--quiet", "--bare", "--template=", dir).CombinedOutput(); err != nil {
		t.Fatalf("git init: %v\n%s", err, out)
	}
	var all bytes.Buffer
	for i := range n {
		h := history{r: rand.New(rand.NewPCG(1, uint64(i))), branch: fmt.Sprintf("refs/heads/h%03d", i), first: 1 + 1000*i, out: &all}
		h.grow()
	}
	cmd := exec.Command("git", "-C", dir, "fast-import", "--quiet")
	cmd.Stdin = &all
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git fast-import: %v\n%s", err, out)
	}
	out, err := exec.Command("git", "-C", dir, "for-each-ref", "--sort=refname", "--format=%(objectname)", "refs/heads/h*").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(string(out))
}

// folder is a live folder; "" means a missing file.
type folder struct{ kustomization, source string }

// twice is a kustomization with one image twice, which no deploy writes.
var twice = "images:\n" + strings.Repeat("- digest: sha256:"+strings.Repeat("1", 64)+"\n  newName: ghcr.io/example/shop\n  newTag: v1\n", 2)

// image is an image of a live folder, and state all of them with the commit of the source.
type image struct{ name, tag, digest string }
type state struct {
	images []image
	source string
}

// never is the image of a name before the first deploy.
func never(name string) image {
	return image{name, "not-deployed-yet", "sha256:" + strings.Repeat("0", 64)}
}

// history writes a history in the format of git fast-import.
type history struct {
	r             *rand.Rand
	branch        string
	first, number int
	out           *bytes.Buffer
	// line has the folder after each commit of the first-parent line, oldest first, and
	// marks their numbers.
	line  []folder
	marks []int
	// names are those of the images, and states all that were deployed.
	names  []string
	states []state
}

func (h *history) grow() {
	h.names = [...][]string{{"ghcr.io/example/shop"}, {"ghcr.io/example/shop/api", "ghcr.io/example/shop/web"},
		{"ghcr.io/example/shop/web", "ghcr.io/example/worker", "registry.example.org:5000/api"}}[h.r.IntN(3)]
	if h.r.IntN(5) > 0 {
		var seed state
		for _, name := range h.names {
			seed.images = append(seed.images, never(name))
		}
		h.commit(folder{written(h.r, seed), "none\n"})
	}
	for range 3 + h.r.IntN(25) {
		h.commit(h.next())
		if h.r.IntN(6) == 0 {
			h.merge()
		}
	}
}

// next returns the folder after one more commit.
func (h *history) next() folder {
	if len(h.line) == 0 {
		return h.deploy(h.built())
	}
	now := h.line[len(h.line)-1]
	switch h.r.IntN(16) {
	case 0, 1: // a comment is added
		return folder{"# Remark: newTag: v0 " + h.hex(5) + "\n" + now.kustomization, now.source}
	case 2: // something else changes
		return now
	case 3, 4, 5: // a rollback restores an earlier folder
		return h.line[h.r.IntN(len(h.line))]
	case 6, 7: // git revert of the newest commit
		return h.line[max(0, len(h.line)-2)]
	case 8: // a folder that cannot be read
		broken := []folder{{}, {"images: 1\n", now.source}, {twice, now.source},
			{strings.Replace(now.kustomization, "digest", "digests", 1), now.source}, {"", now.source},
			{written(h.r, state{images: []image{never("ghcr.io/example/a"), {"ghcr.io/example/b", "v1", "sha256:" + strings.Repeat("1", 64)}}}), now.source}}
		return broken[h.r.IntN(len(broken))]
	case 9, 10, 11:
		return h.deploy(h.again())
	}
	return h.deploy(h.built())
}

// built returns what a new commit deploys: of several images some are new, or none; some commits have a common beginning.
func (h *history) built() state {
	s := state{source: h.hex(40)}
	for i, name := range h.names {
		if len(h.states) > 0 && len(h.names) > 1 && h.r.IntN(2) == 0 {
			s.images = append(s.images, h.states[len(h.states)-1].images[i])
			continue
		}
		digest := h.hex(64)
		if len(h.states) > 0 && h.r.IntN(4) == 0 {
			like := h.states[h.r.IntN(len(h.states))].images[i]
			digest = like.digest[len("sha256:"):][:9] + digest[9:]
			s.source = digest[:40]
		}
		tag := [...]string{"main-" + s.source[:7], "v1." + fmt.Sprint(len(h.states)), fmt.Sprint(1000000 + h.r.IntN(9)), "1.10", s.source[:8]}[h.r.IntN(5)]
		s.images = append(s.images, image{name, tag, "sha256:" + digest})
	}
	return s
}

// again returns a state that was deployed before, unchanged or slightly different.
func (h *history) again() state {
	if len(h.states) == 0 {
		return h.built()
	}
	s := h.states[h.r.IntN(len(h.states))]
	s.images = slices.Clone(s.images)
	i := &s.images[h.r.IntN(len(s.images))]
	switch h.r.IntN(5) {
	case 0: // rebuilt
		i.digest = "sha256:" + h.hex(64)
	case 1: // another tag of the same digest
		i.tag += "-rc.1"
	case 2: // another registry
		i.name = "registry.example.org:5000/shop"
	case 3: // a later commit for which nothing was built
		s.source = h.hex(40)
	}
	return s
}

func (h *history) deploy(s state) folder {
	h.states = append(h.states, s)
	source := s.source + [...]string{"\n", "", "\r\n", " \n", "\nmore\n"}[h.r.IntN(5)]
	if h.r.IntN(12) == 0 {
		source = [...]string{"", "none\n", "unknown\n", "\n" + s.source, s.source[:12] + "\n"}[h.r.IntN(5)]
	}
	return folder{written(h.r, s), source}
}

// written returns a kustomization as kustomize writes it, or as people do.
func written(r *rand.Rand, s state) string {
	q := [...]string{"", "", `"`, `'`}[r.IntN(4)]
	remark := [...]string{"", "", " # newTag: v0", "\t# 'since'", " "}[r.IntN(5)]
	end := [...]string{"\n", "\n", "\n", "\r\n"}[r.IntN(4)]
	head := "apiVersion: kustomize.config.k8s.io/v1alpha1" + end + "kind: Component" + end + "images:" + end
	form := r.IntN(6)
	var all []string
	for _, n := range r.Perm(len(s.images)) {
		i := s.images[n]
		all = append(all, [...]string{
			"{name: shop, newName: " + i.name + ", newTag: " + q + i.tag + q + ", digest: \"" + i.digest + "\"}",
			`{"name":"shop","newTag":"` + i.tag + `","newName":"` + i.name + `","digest":"` + i.digest + `"}`,
			"  - newTag:   " + q + i.tag + q + remark + end + "    name: shop" + end + "    digest: " + i.digest + end + "    newName: " + i.name + end,
			"- digest: " + q + i.digest + q + end + "  name: shop" + end + "  newName: " + i.name + remark + end + "  newTag: " + q + i.tag + q + remark + end,
		}[min(form, 3)])
	}
	switch form {
	case 0:
		return "kind: Component" + end + "images: [" + strings.Join(all, ", ") + "]" + remark + end
	case 1:
		return `{"kind":"Component","images":[` + strings.Join(all, ",") + `]}` + end
	case 2:
		return head + strings.Join(all, "")
	}
	return "# digest: none" + end + head + strings.Join(all, "")
}

func (h *history) hex(n int) string {
	var b strings.Builder
	for range n {
		b.WriteByte("0123456789abcdef"[h.r.IntN(16)])
	}
	return b.String()
}

// merge merges a branch that was started some commits ago; the result has the
// folder of the branch or of the first parent.
func (h *history) merge() {
	from, now := h.r.IntN(len(h.line)), h.line[len(h.line)-1]
	side := h.next()
	h.write(side, h.marks[from], 0)
	other := h.first + h.number - 1
	if h.r.IntN(3) == 0 {
		side = now
	}
	h.write(side, h.marks[len(h.marks)-1], other)
	h.line, h.marks = append(h.line, side), append(h.marks, h.first+h.number-1)
}

func (h *history) commit(f folder) {
	parent := 0
	if len(h.marks) > 0 {
		parent = h.marks[len(h.marks)-1]
	}
	h.write(f, parent, 0)
	h.line, h.marks = append(h.line, f), append(h.marks, h.first+h.number-1)
}

// write adds a commit. All have the same time, so that only their parents give the
// order.
func (h *history) write(f folder, parent, merged int) {
	mark := h.first + h.number
	h.number++
	fmt.Fprintf(h.out, "commit %s\nmark :%d\ncommitter Ann <ann@example.org> 1700000000 +0000\ndata 6\nchange\n", h.branch, mark)
	if parent > 0 {
		fmt.Fprintf(h.out, "from :%d\n", parent)
	}
	if merged > 0 {
		fmt.Fprintf(h.out, "merge :%d\n", merged)
	}
	fmt.Fprintf(h.out, "M 100644 inline other\ndata %d\n%d\n", len(fmt.Sprint(mark)), mark)
	for name, content := range map[string]string{"kustomization.yaml": f.kustomization, "source-commit": f.source} {
		if content == "" {
			fmt.Fprintf(h.out, "D %s/%s\n", generatedLive, name)
			continue
		}
		fmt.Fprintf(h.out, "M 100644 inline %s/%s\ndata %d\n%s\n", generatedLive, name, len(content), content)
	}
	h.out.WriteString("\n")
}
