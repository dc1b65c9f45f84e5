package order

import (
	"slices"
	"testing"
)

// ready is a run that finds out which images it has to build, and builds them.
func ready(run int) []Event {
	return []Event{{Kind: finished, Run: run, Job: "changes"}, {Kind: gated, Run: run}}
}

// kept is a run that lets later ones find images that it has built.
func kept(run int, images ...string) (out []Event) {
	for _, image := range images {
		out = append(out, Event{Kind: finished, Run: run, Job: "attest-" + image})
	}
	return out
}

// takenBy is a run that deploys to these environments.
func takenBy(run int, environments ...string) (out []Event) {
	for _, environment := range environments {
		out = append(out, Event{Kind: finished, Run: run, Job: "deploy-" + environment})
	}
	return out
}

// delivered is a run that builds these images and deploys, with nobody in its way.
func delivered(run int, images ...string) []Event {
	return slices.Concat(ready(run), kept(run, images...), takenBy(run, "staging", "production"))
}

// afterOne are releases after a first one, which is delivered when the stories begin.
func afterOne(releases ...string) Plan {
	return Plan{Releases: append([]string{"c1"}, releases...), Begun: delivered(0, "api", "web")}
}

// with is a plan with what may happen in another one.
func (p Plan) with(other Plan) Plan {
	other.Releases, other.Begun = p.Releases, p.Begun
	return other
}

// TestImageStories has the stories of several images that are asked for by name, with what runs of each in the end: the
// commit that it was built of.
func TestImageStories(t *testing.T) {
	revert := []Event{{Kind: edited, Environment: "staging", Text: editRevert}}
	for _, c := range []struct {
		name             string
		story            []Event
		source, api, web string
	}{
		{"an older run that built one image comes after a newer one that built both",
			slices.Concat(delivered(0, "api", "web"), ready(2), ready(1), takenBy(2, "staging"), takenBy(1, "staging")), "c3", "c3", "c3"},
		{"a newer run that built nothing comes before an older one that built both",
			slices.Concat(ready(4), ready(0), takenBy(4, "staging"), takenBy(0, "staging")), "c5", "c5", "c5"},
		{"a run takes the image that the one before it has built",
			slices.Concat(delivered(0, "api", "web"), delivered(1, "api"), ready(2), takenBy(2, "staging")), "c3", "c2", "c3"},
		{"a revert brings both images back",
			slices.Concat(delivered(0, "api", "web"), ready(2), takenBy(2, "staging"), revert), "c1", "c1", "c1"},
		{"what a revert has taken back stays away",
			slices.Concat(delivered(0, "api", "web"), ready(2), takenBy(2, "staging"), revert, ready(1), takenBy(1, "staging")), "c1", "c1", "c1"},
		{"a rollback brings both images back",
			slices.Concat(delivered(0, "api", "web"), ready(2), takenBy(2, "staging"), backIn(5, "staging")), "c1", "c1", "c1"},
		{"a change that is taken back in the source takes the image from before",
			slices.Concat(delivered(0, "api", "web"), delivered(2, "api", "web"), ready(3), takenBy(3, "staging")), "c4", "c1", "c3"},
		{"a run is started again after its images were built anew",
			slices.Concat(delivered(0, "api", "web"), delivered(1, "api"), []Event{{Kind: dispatched, Commit: "c1", Text: rebuild}}, ready(5), kept(5, "api", "web"),
				takenBy(5, "staging"), []Event{{Kind: rerun, Run: 1}}, ready(1), takenBy(1, "staging")), "c2", "c2", "c1"},
		{"what changes no image is no deploy to go back from",
			slices.Concat(delivered(0, "api", "web"), delivered(1, "api"), delivered(3, "web"), ready(4), takenBy(4, "staging"), backIn(5, "staging")), "c2", "c2", "c1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			m := model(t, several, Plan{
				Releases: []string{"c1", "c2", "c3", "c4", "c5"}, Rollbacks: byOne, Dispatches: []string{rebuild}, Edits: []string{editRevert}, Most: Budget{0, 9, 9, 9, 9, 0},
			}, nil)
			s := play(t, m, c.story...)
			if rule, what := m.wrong(s); what != "" {
				t.Errorf("%s: %s", rule, what)
			}
			live := m.runs(s.Past["staging"])
			parts := live.parts()
			if live.Source != c.source || len(parts) != 2 || parts[0].commit != c.api || parts[1].commit != c.web {
				t.Errorf("staging runs %v", live)
			}
		})
	}
}
