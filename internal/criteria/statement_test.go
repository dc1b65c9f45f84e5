package criteria

import (
	"strings"
	"testing"
	"time"

	"github.com/pipegen/pipegen/schema"
)

// TestStatements tries statements beside figures: contradictions that are certain, and above all what is none.
func TestStatements(t *testing.T) {
	of := func(kind string, p schema.Promise) schema.Criterion {
		return schema.Criterion{Kinds: []schema.Named[schema.Promise]{{ID: kind, Value: p}}}
	}
	cover := func(percent float64) schema.Criterion { return of("coverage", schema.Promise{AtLeast: percent}) }
	in := func(d time.Duration) schema.Criterion {
		return of("published", schema.Promise{Within: schema.Duration(d)})
	}
	run := func(n float64) schema.Criterion { return of("replicas", schema.Promise{AtLeast: n}) }
	for _, c := range []struct {
		statement string
		schema.Criterion
		says string // what contradicts, "" for nothing
	}{
		{"Tests cover at least 80 % of the code.", cover(80), ""},
		{"Tests cover at least 80 % of the code.", cover(60), "80 %"},
		{"Tests cover at least 80% of the code.", cover(60), "80%"},
		{"Eighty percent is covered.", cover(80), ""},
		{"Eighty percent is covered.", cover(85), "Eighty percent"},
		{"At least 87.5 per cent, in 3 packages.", cover(87.5), ""},
		{"99,9 % of the lines.", cover(99.9), ""},
		{"80 % of the API and 60 % of the rest.", cover(60), ""},
		{"At most 20 % are not covered.", cover(80), ""},
		{"Much is covered, 20 lines at least.", cover(60), ""},
		{"The 99th percentile is covered within 5 minutes.", cover(60), ""},
		{"From 70 to 80 %.", cover(80), ""},
		{"Release 4.80 % something.", cover(4.8), ""},

		{"The image is there within ten minutes.", in(10 * time.Minute), ""},
		{"The image is there within ten minutes.", in(20 * time.Minute), "ten minutes"},
		{"The image is there within 10m.", in(20 * time.Minute), "10m"},
		{"The image is there within 600 s.", in(10 * time.Minute), ""},
		{"The image is there within 600 s.", in(11 * time.Minute), "600 s"},
		{"A 5-minute build.", in(5 * time.Minute), ""},
		{"A 5-minute build.", in(6 * time.Minute), "5-minute"},
		{"Within twenty-five minutes.", in(25 * time.Minute), ""},
		{"Within twenty five minutes.", in(5 * time.Minute), "twenty five minutes"},
		{"Within half an hour.", in(30 * time.Minute), ""},
		{"Within half a minute.", in(time.Minute), "half a minute"},
		{"Within a quarter of an hour.", in(15 * time.Minute), ""},
		{"Within three quarters of an hour.", in(45 * time.Minute), ""},
		{"Within an hour.", in(time.Hour), ""},
		{"Within a minute.", in(time.Hour), "a minute"},
		{"Within 1h30m.", in(90 * time.Minute), ""},
		{"Within one hour and 30 minutes.", in(90 * time.Minute), ""},
		{"Within 1 minute 30 seconds, 30 of these for the build.", in(90 * time.Second), ""},
		{"Within 1h30m.", in(30 * time.Minute), ""},
		{"Within 1h30m.", in(20 * time.Minute), "1h"},
		{"Within an hour and a half.", in(90 * time.Minute), ""},
		{"Within a hundred and twenty seconds.", in(2 * time.Minute), ""},
		{"Within two and a half minutes.", in(150 * time.Second), ""},
		{"Within 1.5 hours.", in(90 * time.Minute), ""},
		{"Within 1,000 seconds.", in(1000 * time.Second), ""},
		{"Five minutes after the merge, ten minutes after the push.", in(10 * time.Minute), ""},
		{"HTTP 200 after each deploy.", in(30 * time.Second), ""},
		{"Since 2024-05-10 v1.2.3 answers on port 8080.", in(30 * time.Second), ""},
		{"Runs on K8s as in the 1990s.", in(30 * time.Second), ""},
		{"Serves 5m users.", in(30 * time.Second), ""},
		{"A second pod answers.", in(30 * time.Second), ""},
		{"A day after the tag of the 3rd release.", in(30 * time.Second), ""},
		{"Deploys of the last 30 days are taken back.", in(10 * time.Minute), ""},
		{"Asked every 5 seconds.", in(30 * time.Second), ""},
		{"Innerhalb von 10 Minuten.", in(5 * time.Minute), ""},
		{"99.9 % of requests.", in(5 * time.Minute), ""},
		{"10 MB and 5 Mbit, 3 more.", in(5 * time.Minute), ""},

		{"Three pods take orders.", run(3), ""},
		{"Three pods take orders.", run(2), "Three pods"},
		{"2 replicas run in 3 zones.", run(2), ""},
		{"Production has two of what takes orders.", run(3), ""},
		{"Every image is signed within 5 minutes.", of("signed", schema.Promise{}), ""},
	} {
		c.Statement = c.statement
		found := Statements(schema.Spec{Criteria: []schema.Named[schema.Criterion]{{ID: "x", Value: c.Criterion}}})
		switch {
		case c.says == "" && len(found) > 0:
			t.Errorf("%s: %s", c.statement, found[0].Message)
		case c.says != "" && (len(found) != 1 || !strings.HasPrefix(found[0].Message, `criteria.x.statement says "`+c.says)):
			t.Errorf("%s: %+v", c.statement, found)
		}
	}
}
