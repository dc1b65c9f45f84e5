package generate

import (
	"fmt"
	"strings"
	"time"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/schema"
)

// Minutes that a job may take when no promise bounds it. They stop a job that
// hangs; a healthy one needs a fraction.
const (
	defaultTest    = 10
	defaultPublish = 20
	defaultImage   = 5
	deployTimeout  = 5
	// approveTimeout counts from the approval; how long that takes, nothing bounds.
	approveTimeout = 2
	// mergedTimeout leaves the job time to start and to look once more after secondsToMerge.
	mergedTimeout = 15
	attestTimeout = 5
	// sigstoreMinutes is how long three tries to sign may take.
	sigstoreMinutes = 3
	// emulatedPublish leaves room for the 40 minutes that an emulated build may need.
	emulatedPublish = 60
)

func timeoutsOf(s schema.Spec) (Timeouts, diag.List) {
	t := Timeouts{Test: defaultTest, Publish: defaultPublish, Image: defaultImage, Deploy: deployTimeout}
	fixed := minutesOf(s.Test.Timeout)
	if fixed > 0 {
		t.Test = fixed
	}
	c, _, ok := promiseOf(s, "published")
	if !ok {
		if imageOf(s).Emulated() {
			t.Publish = emulatedPublish
		}
		return t, nil
	}
	// What is wrong with jobs of the author's own is told where they are laid out.
	g, _ := graphOf(s)
	return split(g, t, signsFirst(s), fixed, c)
}

// toImage is the longest way to the named image under these limits.
func (g graph) toImage(t Timeouts) (way []string, minutes int) {
	g.limit(t)
	return g.longest("image")
}

func (g graph) limit(t Timeouts) {
	for _, id := range g.ids {
		switch {
		case id == "test":
			g.minutes[id] = t.Test
		case id == "publish", id == "build":
			g.minutes[id] = t.Publish
		case id == "image":
			g.minutes[id] = t.Image
		case id == attestJob:
			g.minutes[id] = attestTimeout
		case strings.HasPrefix(id, deployPrefix):
			g.minutes[id] = t.Deploy
		case strings.HasPrefix(id, approvePrefix):
			g.minutes[id] = approveTimeout
		case strings.HasPrefix(id, mergedPrefix):
			g.minutes[id] = mergedTimeout
		}
	}
}

// split shares out the promise over the way test, publish, image and whatever the
// author has put between them: the sum must stay below it (T03), so one minute is
// kept back. Testing and building share equally what naming the image leaves, unless the
// spec fixes the test's part.
func split(g graph, t Timeouts, signs bool, fixed int, c schema.Named[schema.Criterion]) (Timeouts, diag.List) {
	promise := time.Duration(c.Value.Published.Within)
	budget := int((promise - 1) / time.Minute)
	t.Image = imageShare(signs, budget)
	left := func(t Timeouts) int {
		_, minutes := g.toImage(t)
		return budget - minutes
	}
	rest := left(Timeouts{Image: t.Image})
	t.Test, t.Publish = rest/2, 0
	if fixed > 0 {
		t.Test = fixed
	}
	t.Publish = left(t)
	// Beside a job that takes longer, the tests lose nothing by a longer limit.
	for fixed == 0 && t.Test >= 1 && left(Timeouts{Test: t.Test + 1, Publish: t.Publish, Image: t.Image}) >= 0 {
		t.Test++
	}
	if t.Test >= 1 && t.Publish >= 1 {
		return t, nil
	}
	way, least := g.toImage(Timeouts{Test: max(1, fixed), Publish: 1, Image: t.Image})
	steps := make([]string, len(way))
	for i, id := range way {
		steps[i] = fmt.Sprintf("%s %dm", id, g.minutes[id])
	}
	return t, diag.List{{
		Code: diag.PromiseTooShort, Rule: "T31", Path: schema.Join("criteria", c.ID) + ".published.within",
		Message: fmt.Sprintf("published within %s cannot be enforced: the time limits on the path %s sum to %dm, and must stay below it",
			schema.Short(promise), strings.Join(steps, " + "), least),
		Help: "promise at least " + minutes(least+1),
	}}
}

// imageShare is the part of naming the image. That is quick and gets a ninth, at least a
// minute. Where it also signs, Sigstore may have to be asked again: that gets three minutes,
// or a third where there are less than nine.
func imageShare(signs bool, budget int) int {
	share := max(1, budget/9)
	if signs {
		share = max(share, min(sigstoreMinutes, budget/3))
	}
	return share
}

func minutesOf(d schema.Duration) int { return int(time.Duration(d) / time.Minute) }

func minutes(n int) string { return fmt.Sprintf("%dm", n) }

// roundedUp writes seconds as whole minutes that a spec could promise.
func roundedUp(seconds int) string { return minutes((seconds + 59) / 60) }

func seconds(d schema.Duration) int { return int(time.Duration(d) / time.Second) }
