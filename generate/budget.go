package generate

import (
	"cmp"
	"slices"
	"time"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// Minutes that a job may take when no promise bounds it. They stop a job that
// hangs; a healthy one needs a fraction.
const (
	defaultTest    = 10
	defaultPublish = 20
	defaultImage   = 5
	deployTimeout  = 5
	// approveTimeout counts from the approval; nothing limits the wait for it.
	approveTimeout = 2
	// mergedTimeout leaves the job time to start and to look once more after secondsToMerge.
	mergedTimeout = 15
	attestTimeout = 5
	// rollbackTimeout leaves room for five refused pushes.
	rollbackTimeout  = 5
	measureMinutes   = 2
	gateMinutes      = 2
	selfCheckMinutes = 5
	// sigstoreMinutes is how long three tries to sign may take.
	sigstoreMinutes = 3
	// emulatedPublish leaves room for the 40 minutes that an emulated build may need.
	emulatedPublish = 60
)

// timeouts are the limits of the jobs that most pipelines have, in minutes.
type timeouts struct{ test, publish, image int }

func timeoutsOf(s input) timeouts {
	t := timeouts{test: defaultTest, publish: defaultPublish, image: defaultImage}
	if s.demands.By(plan.Named, "", "") == nil {
		if emulates(s) {
			t.publish = emulatedPublish
		}
		return t
	}
	// Compile reports the mistakes in jobs of the author's own.
	g, _ := graphOf(s)
	signs := slices.ContainsFunc(s.Images, func(i schema.Named[schema.Image]) bool { return signsFirst(s, i) })
	return split(g, s, t, signs, s.demands.By(plan.Named, "", "").Within)
}

// toImages is how long the longest way to a named image takes under these limits.
func (g graph) toImages(s input, t timeouts) int {
	g.limit(s, t)
	most := 0
	for _, id := range naming(s) {
		_, minutes := g.jobs.Longest(id)
		most = max(most, minutes)
	}
	return most
}

// limit gives the jobs that make the images their time.
func (g graph) limit(s input, t timeouts) {
	for _, own := range s.Tests {
		g.job(testJob(own.ID)).Limit.Minutes = cmp.Or(minutesOf(own.Value.Timeout), t.test)
	}
	for _, i := range s.Images {
		ids := imageJobsOf(s, i)
		g.job(ids.Build).Limit.Minutes, g.job(ids.Publish).Limit.Minutes, g.job(ids.Name).Limit.Minutes = t.publish, t.publish, t.image
	}
}

// decided records for the jobs on the way to the image which promise or which field decides their time.
func (g graph) decided(s input) {
	promised := func(id string) {
		if c := s.demands.By(plan.Named, "", ""); c != nil {
			l := &g.job(id).Limit
			l.Path, l.Criterion = c.At(), c.ID
		}
	}
	for _, i := range s.Images {
		ids := imageJobsOf(s, i)
		promised(ids.Publish)
		promised(ids.Name)
	}
	for _, t := range s.Tests {
		promised(testJob(t.ID))
		if l := &g.job(testJob(t.ID)).Limit; t.Value.Timeout > 0 {
			l.Path, l.Criterion = t.Value.At+".timeout", ""
		}
	}
}

// split divides the promised time among the jobs test, publish and image and those that the author has put between
// them. Their sum must stay below the promise (T03), so one minute is kept back. Naming the image gets its share first;
// testing and building divide the rest equally, unless the spec fixes the time of the tests.
func split(g graph, s input, t timeouts, signs bool, promise time.Duration) timeouts {
	budget := int((promise - 1) / time.Minute)
	t.image = imageShare(signs, budget)
	left := func(t timeouts) int {
		return budget - g.toImages(s, t)
	}
	// With a limit of their own, the tests take none of the time that is left.
	open := len(s.Images) > 0 && slices.ContainsFunc(s.Tests, func(t schema.Named[schema.Test]) bool { return t.Value.Timeout == 0 })
	t.test, t.publish = 0, 0
	if shared := left(timeouts{image: t.image}); open {
		t.test = shared / 2
	}
	t.publish = left(t)
	// When a job beside the tests takes longer, a longer limit for the tests costs nothing.
	for open && t.test >= 1 && left(timeouts{test: t.test + 1, publish: t.publish, image: t.image}) >= 0 {
		t.test++
	}
	if (t.test >= 1 || !open) && t.publish >= 1 {
		return t
	}
	// These are the smallest limits. If the promise is shorter still, its own check says so.
	return timeouts{test: 1, publish: 1, image: t.image}
}

// imageShare is the time for naming the image. That is quick and gets a ninth, but at least a minute. If the job also
// signs, it may have to ask Sigstore again, and gets three minutes, or a third of a budget below nine.
func imageShare(signs bool, budget int) int {
	share := max(1, budget/9)
	if signs {
		share = max(share, min(sigstoreMinutes, budget/3))
	}
	return share
}

func minutesOf(d schema.Duration) int { return int(time.Duration(d) / time.Minute) }

func seconds(d schema.Duration) int { return int(time.Duration(d) / time.Second) }
