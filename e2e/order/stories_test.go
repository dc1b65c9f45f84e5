package order

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// play follows a story and fails if an event of it cannot happen.
func play(t *testing.T, m *Model, story ...Event) *State {
	t.Helper()
	s, err := m.begin()
	if err != nil {
		t.Fatal(err)
	}
	for n, e := range story {
		if events := next(t, m, s); !slices.Contains(events, e) {
			t.Fatalf("event %d cannot happen: %s\n%v", n+1, e.inWords(s), events)
		}
		if s, err = m.after(s, e); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func next(t *testing.T, m *Model, s *State) []Event {
	t.Helper()
	events, err := m.events(s)
	if err != nil {
		t.Fatal(err)
	}
	return events
}

// deployed is a run that passes its gates and deploys to staging, with nobody in its way.
func deployed(run int) []Event {
	return []Event{{Kind: gated, Run: run}, {Kind: finished, Run: run, Job: "deploy-staging"}}
}

// released is such a run that somebody approves, to its end.
func released(run int) []Event {
	return append(deployed(run), Event{Kind: approved, Run: run, Job: "approve-production"}, Event{Kind: finished, Run: run, Job: "deploy-production"})
}

func backIn(run int, environment string) []Event {
	return []Event{{Kind: rolledBack, Environment: environment, Text: "by 1"}, {Kind: finished, Run: run, Job: "rollback-" + environment}}
}

// TestThreeMergesIn34Seconds is the story of the README, from
// https://github.com/CopilotKit/CopilotKit/pull/6174: the build of the oldest of three
// merges ends last.
func TestThreeMergesIn34Seconds(t *testing.T) {
	story := slices.Concat(deployed(2), deployed(1), deployed(0))
	m := model(t, branch, pushes(3), nil)
	s := play(t, m, story...)
	if rule, what := m.wrong(s); what != "" || m.runs(s.Past["staging"]).Source != "c3" {
		t.Errorf("staging runs %v: %s %s", m.runs(s.Past["staging"]), rule, what)
	}
	for i, r := range s.Runs[:2] {
		if !r.over() || slices.ContainsFunc(r.Jobs, func(j JobState) bool { return j.Status == failure }) {
			t.Errorf("run %d gives way, and is not green: %+v", i+1, r.Jobs)
		}
	}
}

// TestStories has what is asked for by name, with what runs in the end.
func TestStories(t *testing.T) {
	const because = "the other half is fixed"
	again := Event{Kind: dispatched, Commit: "c2", Text: because}
	for _, c := range []struct {
		name                string
		story               []Event
		staging, production string
	}{
		{"a deploy that was taken back stays away when its run is started again",
			slices.Concat(released(0), released(1), backIn(3, "staging"), []Event{{Kind: rerun, Run: 1}, {Kind: finished, Run: 1, Job: "deploy-staging"}}), "c1", "c2"},
		{"a person's reason brings it back",
			slices.Concat(deployed(0), deployed(1), backIn(3, "staging"), []Event{again, {Kind: finished, Run: 4, Job: "deploy-staging"}}), "c2", "none"},
		{"a newer commit deploys by itself",
			slices.Concat(deployed(0), deployed(1), backIn(3, "staging"), deployed(2)), "c3", "none"},
		{"a commit may be started a second time by hand",
			append(deployed(1), Event{Kind: dispatched, Commit: "c2", Text: ""}, Event{Kind: dispatched, Commit: "c2", Text: ""},
				Event{Kind: finished, Run: 3, Job: "deploy-staging"}, Event{Kind: finished, Run: 4, Job: "deploy-staging"}), "c2", "none"},
		{"Windows line endings stop nobody",
			append(deployed(1), append([]Event{{Kind: edited, Environment: "staging", Text: editCRLF}}, append(deployed(0), deployed(2)...)...)...), "c3", "none"},
		{"garbage stops a deploy",
			append(deployed(0), append([]Event{{Kind: edited, Environment: "staging", Text: editGarbage}}, deployed(1)...)...), "the one from Monday", "none"},
		{"a file in the live folder is no deploy",
			slices.Concat(deployed(0), deployed(1), []Event{{Kind: edited, Environment: "staging", Text: editTouch}}, backIn(3, "staging")), "c1", "none"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			m := model(t, branch, Plan{
				Releases: []string{"c1", "c2", "c3"}, Rollbacks: byOne, Dispatches: []string{"", because},
				Edits: []string{editCRLF, editGarbage, editTouch}, Most: Budget{9, 9, 9, 9, 9, 9},
			}, nil)
			s := play(t, m, c.story...)
			if rule, what := m.wrong(s); what != "" {
				t.Errorf("%s: %s", rule, what)
			}
			staging, production := m.runs(s.Past["staging"]).Source, m.runs(s.Past["production"]).Source
			if staging != c.staging || production != c.production {
				t.Errorf("staging runs %s and production %s", staging, production)
			}
		})
	}
}

// TestStoriesAreTrue plays stories once as the explorer does, where each environment has a
// branch of its own and what a job did is remembered, and once in a repository where all
// are on one branch. Both end alike.
func TestStoriesAreTrue(t *testing.T) {
	plan := Plan{Releases: []string{"c1", "c2", "c3"}, Rollbacks: byOne, Dispatches: []string{"it is mended"}, Edits: []string{editCRLF, editTouch}, Most: Budget{9, 1, 2, 1, 1, 0}}
	stories := uint64(2)
	if *whole {
		stories = 40
	}
	apart, together := model(t, branch, plan, nil), model(t, branch, plan, nil)
	together.Together = true
	for n := range stories {
		story := apart.walk(t, rand.New(rand.NewPCG(2026, n)))
		one, other := play(t, apart, story...), play(t, together, story...)
		if !alike(one, other) {
			t.Errorf("%s", table(t, apart, &Failure{"story", "ends in another way on one branch", story}))
		}
	}
}

// walk is a story of events that are taken by chance.
func (m *Model) walk(t *testing.T, chance *rand.Rand) (story []Event) {
	s := play(t, m)
	for range 14 {
		events := next(t, m, s)
		if len(events) == 0 {
			break
		}
		story = append(story, events[chance.IntN(len(events))])
		s = play(t, m, story...)
	}
	return story
}

// alike compares all but the commits of the GitOps repository.
func alike(one, other *State) bool {
	one, other = one.copy(), other.copy()
	for environment := range one.Tips {
		one.Tips[environment], other.Tips[environment] = "", ""
	}
	return one.key() == other.key()
}
