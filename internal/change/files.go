package change

import (
	"bytes"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/internal/artifact"
)

// Pair is a file of the output, or a rendered object, on both sides.
type Pair struct {
	// Name is a path by which people know it.
	Name string
	// Old and New are nil where it does not exist.
	Old, New []byte
}

// filesBetween lists the files that differ, by repository and path. What CI or people go on with differs only where it
// comes or goes.
func filesBetween(a, b *view) []FileChange {
	var out []FileChange
	for _, at := range union(a.files, b.files) {
		x, before := a.files[at]
		y, after := b.files[at]
		switch {
		case !before:
			out = append(out, FileChange{y.Root, y.Path, "added"})
		case !after:
			out = append(out, FileChange{x.Root, x.Path, "removed"})
		case x.Owner == artifact.Generated && !bytes.Equal(artifact.Normal(x.Content), artifact.Normal(y.Content)) || x.Owner != y.Owner:
			out = append(out, FileChange{x.Root, x.Path, "changed"})
		}
	}
	return out
}

// matters reports whether the difference of two outputs is more than documentation and comments.
func matters(a, b *view, files []FileChange) bool {
	return slices.ContainsFunc(files, func(c FileChange) bool {
		at := string(c.Root) + ":" + c.Path
		x, before := a.files[at]
		y, after := b.files[at]
		if !before || !after || x.Owner != y.Owner {
			return !isDocument(x) && !isDocument(y)
		}
		return means(x, y)
	})
}

// pairs are the objects and workflows that differ.
func pairs(a, b *view) []Pair {
	var out []Pair
	a, b = alike(a, b)
	for _, c := range filesBetween(a, b) {
		if !strings.HasPrefix(c.Path, ".github/workflows/") || strings.HasSuffix(c.Path, ".md") {
			continue
		}
		at := string(c.Root) + ":" + c.Path
		out = append(out, Pair{Name: c.Path, Old: a.files[at].Content, New: b.files[at].Content})
	}
	keys := map[string]key{}
	for _, v := range []*view{a, b} {
		for k := range v.objects {
			folder := strings.ReplaceAll(k.environment, " ", "-")
			if folder == "" {
				folder = "argocd"
			}
			keys["rendered/"+strings.Join([]string{folder, strings.ToLower(k.kind), k.name}, "/")+".yaml\x00"+k.group] = k
		}
	}
	for _, name := range sorted(keys) {
		x, y := encoded(a, keys[name]), encoded(b, keys[name])
		if !bytes.Equal(x, y) {
			shown, _, _ := strings.Cut(name, "\x00")
			out = append(out, Pair{Name: shown, Old: x, New: y})
		}
	}
	return out
}

func encoded(v *view, k key) []byte {
	o, ok := v.objects[k]
	if !ok {
		return nil
	}
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if enc.Encode(o.node) != nil {
		return nil
	}
	return b.Bytes()
}

func union[V any](a, b map[string]V) []string {
	all := map[string]bool{}
	for k := range a {
		all[k] = true
	}
	for k := range b {
		all[k] = true
	}
	return sorted(all)
}
