package check

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/metrics"
	"time"

	jsonpatch "gopkg.in/evanphx/json-patch.v4"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
)

const (
	// mostCopied is how many bytes the copy operations of a JSON patch in a kustomization may add to an object: a few that
	// copy what others copied would double it each time. Argo CD keeps no object of this size.
	mostCopied = 1 << 20
	// mostRendered is how many bytes an object may have: etcd takes no more than one and a half MiB.
	mostRendered = 3 << 19
	// mostHeld is how many bytes kustomize may hold at a time. Replacements can double what they copy each time, and
	// nothing else in the library bounds that.
	mostHeld = 1 << 29
)

// The library that kustomize patches with has the bound as a variable of its own.
func init() { jsonpatch.AccumulatedCopySizeLimit = mostCopied }

// tooLarge is the error of an overlay that grows beyond a bound.
type tooLarge struct{ what string }

func (t tooLarge) Error() string { return t.what }

// bounded calls a function and does not wait for its end once the program holds more memory than it may: kustomize
// cannot be interrupted. The program is about to end then.
func bounded[T any](most uint64, f func() (T, error)) (T, error) {
	type outcome struct {
		value T
		err   error
		fault any
	}
	done := make(chan outcome, 1)
	before := held()
	go func() {
		var o outcome
		defer func() {
			o.fault = recover()
			done <- o
		}()
		o.value, o.err = f()
	}()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for {
		select {
		case o := <-done:
			if o.fault != nil {
				panic(o.fault)
			}
			return o.value, o.err
		case <-look.C:
			grown := func() bool { return held() > before+most }
			if grown() {
				runtime.GC() // what is not used any longer counts as held
			}
			if grown() {
				var none T
				return none, tooLarge{fmt.Sprintf("kustomize needs more than %d MiB for it", most>>20)}
			}
		}
	}
}

// held is how many bytes the program holds.
func held() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// sized returns an error for the first object that no cluster would keep.
func sized(objects []*yaml.Node) error {
	for _, o := range objects {
		if left := mostRendered - size(o, mostRendered); left <= 0 {
			r := yaml.NewRNode(o)
			return tooLarge{fmt.Sprintf("%s %s is larger than %.1f MiB, and Kubernetes keeps no such object", r.GetKind(), r.GetName(), float64(mostRendered)/(1<<20))}
		}
	}
	return nil
}

// size is how many bytes a tree has at least, and not much more than most.
func size(n *yaml.Node, most int) int {
	sum := len(n.Value) + 1
	for _, c := range n.Content {
		if sum += size(c, most-sum); sum >= most {
			break
		}
	}
	return sum
}

// grows blames what makes an overlay too large: replacements, or else any file of the author's own.
func (c checker) grows(overlay string, err error) (diag.Diagnostic, bool) {
	if !errors.As(err, new(tooLarge)) {
		return diag.Diagnostic{}, false
	}
	own := artifact.File{}
	for _, f := range c.renderer.read(c.files).reached(overlay) {
		if line := lineOf(f, "replacements"); line > 0 && isKustomization(f) {
			return c.refused(f, line, overlay+" cannot be rendered with these replacements: "+err.Error(), "copy single values, and none of what was copied"), true
		}
		if f.Owner == artifact.Seeded && own.Path == "" {
			own = f
		}
	}
	return c.refused(own, 1, overlay+" cannot be rendered: "+err.Error(), ""), own.Path != ""
}
