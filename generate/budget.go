package generate

import (
	"cmp"
	"slices"
	"sort"
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
	// The registry is asked for newer images, and a run that comes late may have to ask for many.
	tagsTimeout = 10
	// changesMinutes is for a list of names from git, and for questions to the registry and GitHub, which end after 75 s.
	changesMinutes = 2
	// copyMinutes is for the layers of all images, from one registry to another.
	copyMinutes = 20
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

// limit gives the jobs that make the images their time, and records which promise or which field decides it: first what
// nothing promised bounds, and then what the promises leave, the shortest first. Tests that several images wait for have
// the time that the shortest leaves.
func (g graph) limit(s input) {
	for _, t := range s.Tests {
		l := &g.job(testJob(t.ID)).Limit
		l.Minutes = cmp.Or(minutesOf(t.Value.Timeout), defaultTest)
		if t.Value.Timeout > 0 {
			l.Path = t.Value.At + ".timeout"
		}
	}
	for _, i := range s.Images {
		publish := defaultPublish
		if (plan.Image{Legs: legsOf(s, i.Value)}).Emulated() {
			publish = emulatedPublish
		}
		g.shared(s, i, shares{publish: publish, image: defaultImage})
	}
	var promised []plan.Criterion
	for _, d := range s.demands.All {
		if d.Ask == plan.Named {
			promised = append(promised, d.Criterion)
		}
	}
	sort.SliceStable(promised, func(i, j int) bool { return promised[i].Within < promised[j].Within })
	for _, c := range promised {
		b := budget{graph: g, input: s, minutes: int((c.Within - 1) / time.Minute)}
		for _, i := range s.Images {
			if c.Covers(i.ID, "") {
				b.add(i)
			}
		}
		b.give(b.split())
		b.decide(c)
	}
}

// shares are the minutes of the jobs on the way to an image, without those that the author has put between them.
type shares struct{ test, publish, image int }

// shared gives the jobs of an image, without its tests, their time.
func (g graph) shared(s input, i schema.Named[schema.Image], t shares) {
	ids := imageJobsOf(s, i)
	g.job(ids.Build).Limit.Minutes, g.job(ids.Publish).Limit.Minutes, g.job(ids.Name).Limit.Minutes = t.publish, t.publish, t.image
}

// budget is a promised time for some images. Their sum must stay below the promise (T03), so one minute is kept back.
type budget struct {
	graph
	input
	minutes int
	images  []schema.Named[schema.Image]
	// open are the jobs with tests whose time is still to be decided.
	open []string
	// signs says that the job which names an image asks Sigstore for something.
	signs bool
}

func (b *budget) add(i schema.Named[schema.Image]) {
	b.images, b.signs = append(b.images, i), b.signs || signsFirst(b.input, i)
	for _, id := range testsBefore(b.input, i.ID) {
		if b.job(id).Limit.Path == "" && !slices.Contains(b.open, id) {
			b.open = append(b.open, id)
		}
	}
}

// give gives the jobs their time.
func (b budget) give(t shares) {
	for _, id := range b.open {
		b.job(id).Limit.Minutes = t.test
	}
	for _, i := range b.images {
		b.shared(b.input, i, t)
	}
}

// left is what remains of the promised time on the longest way to an image.
func (b budget) left(t shares) int {
	b.give(t)
	most := 0
	for _, i := range b.images {
		_, minutes := b.jobs.Longest(imageJobsOf(b.input, i).Name)
		most = max(most, minutes)
	}
	return b.minutes - most
}

// decide records the promise that decides.
func (b budget) decide(c plan.Criterion) {
	ids := slices.Clone(b.open)
	for _, i := range b.images {
		of := imageJobsOf(b.input, i)
		ids = append(ids, of.Publish, of.Name)
	}
	for _, id := range ids {
		l := &b.job(id).Limit
		l.Path, l.Criterion = c.At(), c.ID
	}
}

// split divides the promised time among the jobs test, publish and image and those that the author has put between
// them. Naming the image gets its share first; testing and building divide the rest equally, unless the time of the tests
// is decided.
func (b budget) split() shares {
	t := shares{image: imageShare(b.signs, b.minutes)}
	open := len(b.open) > 0
	if rest := b.left(t); open {
		t.test = rest / 2
	}
	t.publish = b.left(t)
	// When a job beside the tests takes longer, a longer limit for the tests costs nothing.
	for open && t.test >= 1 && b.left(shares{test: t.test + 1, publish: t.publish, image: t.image}) >= 0 {
		t.test++
	}
	if (t.test >= 1 || !open) && t.publish >= 1 {
		return t
	}
	// These are the smallest limits. If the promise is shorter still, its own check says so.
	return shares{test: 1, publish: 1, image: t.image}
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
