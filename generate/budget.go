package generate

import (
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
	fixed := minutesOf(s.Test.Timeout)
	if fixed > 0 {
		t.test = fixed
	}
	if s.demands.Named == nil {
		if emulates(s) {
			t.publish = emulatedPublish
		}
		return t
	}
	// Compile reports the mistakes in jobs of the author's own.
	g, _ := graphOf(s)
	return split(g, t, signsFirst(s), fixed, s.demands.Named.Within)
}

// toImage is the longest way to the named image under these limits.
func (g graph) toImage(t timeouts) (way plan.Jobs, minutes int) {
	g.limit(t)
	return g.jobs.Longest(imageJob)
}

// limit gives the jobs that make the image their time.
func (g graph) limit(t timeouts) {
	for id, minutes := range map[string]int{plan.TestJob: t.test, buildJob: t.publish, publishJob: t.publish, imageJob: t.image} {
		g.job(id).Limit.Minutes = minutes
	}
}

// decided records for the jobs on the way to the image which promise or which field decides their time.
func (g graph) decided(s input) {
	if c := s.demands.Named; c != nil {
		for _, id := range []string{plan.TestJob, publishJob, imageJob} {
			l := &g.job(id).Limit
			l.Path, l.Criterion = c.At(), c.ID
		}
	}
	if l := &g.job(plan.TestJob).Limit; s.Test.Timeout > 0 {
		l.Path, l.Criterion = "test.timeout", ""
	}
}

// split divides the promised time among the jobs test, publish and image and those that the author has put between
// them. Their sum must stay below the promise (T03), so one minute is kept back. Naming the image gets its share first;
// testing and building divide the rest equally, unless the spec fixes the time of the tests.
func split(g graph, t timeouts, signs bool, fixed int, promise time.Duration) timeouts {
	budget := int((promise - 1) / time.Minute)
	t.image = imageShare(signs, budget)
	left := func(t timeouts) int {
		_, minutes := g.toImage(t)
		return budget - minutes
	}
	shared := left(timeouts{image: t.image})
	t.test, t.publish = shared/2, 0
	if fixed > 0 {
		t.test = fixed
	}
	t.publish = left(t)
	// When a job beside the tests takes longer, a longer limit for the tests costs nothing.
	for fixed == 0 && t.test >= 1 && left(timeouts{test: t.test + 1, publish: t.publish, image: t.image}) >= 0 {
		t.test++
	}
	if t.test >= 1 && t.publish >= 1 {
		return t
	}
	// These are the smallest limits. If the promise is shorter still, its own check says so.
	return timeouts{test: max(1, fixed), publish: 1, image: t.image}
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
