package explain_test

import (
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/explain"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

func render(t *testing.T, src string) (plan.Plan, *artifact.Set) {
	t.Helper()
	loaded, found := schema.Load("pipeline.cue", []byte(src))
	if found.Failed() {
		t.Fatal(found)
	}
	plan, found := generate.Compile(loaded.Spec, generate.Options{SpecFile: "pipeline.cue", Kinds: criteria.ForCompile()})
	if found.Failed() {
		t.Fatal(found)
	}
	set, err := generate.Render(plan)
	if err != nil {
		t.Fatal(err)
	}
	return plan, set
}

func build(t *testing.T, src string) (explain.Trace, *artifact.Set) {
	t.Helper()
	plan, set := render(t, src)
	return explain.Build(plan, set.Files()), set
}

func example(t *testing.T, name string) string {
	t.Helper()
	src, err := os.ReadFile("../../specs/" + name + "/pipeline.cue")
	if err != nil {
		t.Fatal(err)
	}
	return string(src)
}

// every is a spec with one criterion of each kind, its id the name of the kind.
const every = `
name:   "hello"
intent: "A push to main is running a few minutes later."
source: repository: "example/hello"
test: {
	steps: [{name: "Test", run: "make test"}]
	report: {format: "lcov", path: "coverage.info"}
}
deploy: {port: 8080, replicas: 2, probes: readiness: "/ready", rollout: blueGreen: {}}
prometheus: {address: "http://prometheus:9090", scrape: "5s"}
environments: {
	staging: {namespace: "hello-staging", replicas: 3}
	production: {namespace: "hello", after: "staging"}
}
gitops: {repository: "example/deployments", signed: true}
argocd: webhook: true
criteria: {
	triggered: {statement: "s", triggered: within: "30s"}
	tests: {statement: "s", tests: "pass"}
	coverage: {statement: "s", coverage: atLeast: 80}
	published: {statement: "s", published: within: "10m"}
	scanned: {statement: "s", scanned: refuse: "critical"}
	signed: {statement: "s", signed: true}
	attested: {statement: "s", attested: true}
	deploysSigned: {statement: "s", deploysSigned: true}
	synced: {statement: "s", synced: within: "3m"}
	ready: {statement: "s", ready: within: "40s"}
	endpoint: {statement: "s", endpoint: within: "40s"}
	rollback: {statement: "s", rollback: within: "5m"}
	logs: {statement: "s", logs: in: ["argocd"]}
	zeroDowntime: {statement: "s", zeroDowntime: true}
	replicas: {statement: "s", replicas: atLeast: 2}
	errors: {statement: "s", errors: {below: 1, over: "1m"}}
	latency: {statement: "s", latency: {within: "300ms", quantile: 99, over: "1m"}}
	available: {statement: "s", available: atLeast: 99}
	manual: {statement: "s", manual: {by: "The product owner", how: "By hand."}}
}
`

// withSet is the same with an ApplicationSet.
var withSet = strings.Replace(every, "argocd: webhook: true", "argocd: {webhook: true, applicationSet: true}", 1)

func TestEveryKindHasAPlace(t *testing.T) {
	for name, src := range map[string]string{"Applications": every, "ApplicationSet": withSet} {
		t.Run(name, func(t *testing.T) { everyKindHasAPlace(t, src) })
	}
}

func everyKindHasAPlace(t *testing.T, src string) {
	trace, _ := build(t, src)
	byKind := map[string]explain.Criterion{}
	for _, c := range trace.Criteria {
		byKind[c.Kind] = c
	}
	for _, k := range criteria.Kinds() {
		c, ok := byKind[k.Name]
		switch {
		case !ok:
			t.Errorf("the spec of this test has no criterion of the kind %s", k.Name)
		case k.Gate != "" && len(c.Places) == 0:
			t.Errorf("%s is to bite at %q, and no line of the output is named", k.Name, k.Gate)
		case k.Mode == plan.Measured && len(c.Places)+len(c.Measured) == 0:
			t.Errorf("%s is measured, and no line of the output is named", k.Name)
		case k.Mode == plan.Confirmed && len(c.Places) > 0:
			t.Errorf("%s is confirmed by a person, and %v is said to serve it", k.Name, c.Places)
		}
	}
}

// TestSeveralManual: each criterion that people confirm is listed by itself.
func TestSeveralManual(t *testing.T) {
	trace, _ := build(t, every+`criteria: seen: {statement: "s", manual: {by: "Ada", how: "With her eyes."}}`)
	var how []string
	for _, c := range trace.Criteria {
		if c.Kind == "manual" {
			how = append(how, c.ID+": "+c.How)
		}
	}
	if diff := cmp.Diff([]string{"manual: By The product owner: By hand.", "seen: By Ada: With her eyes."}, how); diff != "" {
		t.Error(diff)
	}
}

// wanted are the lines that must be named for the criteria of the source document.
var wanted = map[string][]string{
	"triggered":  {"- name: Measure criterion triggered", "push:"},
	"covered":    {`COVERAGE_MIN: "80"`, "needs: test", "name: Gate"},
	"published":  {"timeout-minutes: 4", "timeout-minutes: 1", "- name: Measure criterion published"},
	"synced":     {"automated:", "limit: 5"},
	"answers":    {"failureThreshold: 14", "activeDeadlineSeconds: 90", `value: "30"`, "SECONDS_TO_START: 28"},
	"reversible": {"progressDeadlineSeconds: 180", "- name: Revert the deploy (criterion reversible)"},
	"visible":    {"logs, get", "name: fastapi-agent"},
}

func TestSourceDocument(t *testing.T) {
	trace, _ := build(t, example(t, "fastapi-agent"))
	if len(trace.Criteria) != len(wanted) {
		t.Errorf("%d criteria, want %d", len(trace.Criteria), len(wanted))
	}
	for _, c := range trace.Criteria {
		var texts []string
		for _, p := range append(c.Places, c.Measured...) {
			texts = append(texts, p.Text)
		}
		for _, want := range wanted[c.ID] {
			if !strings.Contains(strings.Join(texts, "\n"), want) {
				t.Errorf("%s: no place has %q; they are\n%s", c.ID, want, strings.Join(texts, "\n"))
			}
		}
	}
}

// TestSetIsTraced: what an ApplicationSet gives its Applications serves the same
// criteria, and what keeps them is a gate.
func TestSetIsTraced(t *testing.T) {
	trace, _ := build(t, withSet)
	got := map[string][]string{}
	for _, g := range trace.Gates {
		if g.Path == "argocd/applicationsets/hello.yaml" {
			got[g.Text] = g.Criteria
		}
	}
	for text, serves := range map[string]string{
		"automated:": "synced", "limit: 5": "synced",
		"goTemplateOptions:": "", "applicationsSync: create-update": "", "preserveResourcesOnDeletion: true": "",
	} {
		if c, ok := got[text]; !ok || strings.Join(c, " ") != serves {
			t.Errorf("%s serves %q, listed %v", text, c, ok)
		}
	}
	if len(got) != 5 {
		t.Errorf("got %v", got)
	}
}

func TestPlacesAreLinesOfTheOutput(t *testing.T) {
	trace, set := build(t, every)
	seen := map[string]bool{}
	for _, g := range trace.Gates {
		f, ok := set.Lookup(g.Root, g.Path)
		if !ok {
			t.Fatalf("there is no %s", g.Path)
		}
		line := strings.Split(string(f.Content), "\n")[g.Line-1]
		if strings.TrimSpace(line) != g.Text {
			t.Errorf("%s:%d is %q, not %q", g.Path, g.Line, line, g.Text)
		}
		// A script that several jobs run is written once, and holds for each of them.
		at := fmt.Sprint(g.Root, g.Path, g.Line, g.What)
		if seen[at] {
			t.Errorf("%s:%d is listed twice", g.Path, g.Line)
		}
		seen[at] = true
		if strings.Contains(g.What, "$") {
			t.Errorf("%q has a group that was not filled", g.What)
		}
	}
}

// TestGates makes sure that nothing which stops a run or a rollout is passed over.
func TestGates(t *testing.T) {
	bites := regexp.MustCompile(`^\s*(timeout-minutes|if|COVERAGE_MIN|progressDeadlineSeconds|activeDeadlineSeconds|failureThreshold|maxUnavailable|minReadySeconds): |uses: actions/attest@|kustomize build "|name: Look for the credential|name: Gate$|^ +retry:`)
	for _, name := range []string{"fastapi-agent", "two-environments", "go-release", "java-service", "minimal", "single-repository", "application-set", "workers", "monorepo"} {
		trace, set := build(t, example(t, name))
		listed := map[string]bool{}
		for _, g := range trace.Gates {
			listed[fmt.Sprint(g.Root, g.Path, g.Line)] = true
		}
		for _, f := range set.Files() {
			if !strings.HasSuffix(f.Path, ".yaml") {
				continue
			}
			for i, line := range strings.Split(string(f.Content), "\n") {
				number := i + 1
				if strings.HasPrefix(strings.TrimSpace(line), "retry:") {
					number++ // its limit
				}
				// The condition of a step belongs to the step.
				if bites.MatchString(line) && !strings.HasPrefix(line, "        if:") && !listed[fmt.Sprint(f.Root, f.Path, number)] {
					t.Errorf("%s: %s:%d is no gate: %s", name, f.Path, number, line)
				}
			}
		}
	}
}

func TestACriterionAlone(t *testing.T) {
	trace, _ := build(t, example(t, "fastapi-agent"))
	one := trace.Only("covered")
	if len(one.Criteria) != 1 || one.Criteria[0].ID != "covered" || len(one.NonGoals) != 0 {
		t.Errorf("%+v", one)
	}
	for _, g := range one.Gates {
		if !strings.Contains(strings.Join(g.Criteria, " "), "covered") {
			t.Errorf("%s does not serve it", g.What)
		}
	}
	if ok, nearest, _ := trace.Find("coverd"); ok || nearest != "covered" {
		t.Errorf("the nearest to coverd is %q, found %v", nearest, ok)
	}
}

// TestReach: the places of a criterion are those of what it is for.
func TestReach(t *testing.T) {
	src, err := os.ReadFile("../judge/testdata/several.cue")
	if err != nil {
		t.Fatal(err)
	}
	trace, _ := build(t, string(src))
	for _, c := range trace.Criteria {
		rest, known := map[string]string{
			"tested": "web", "testedWeb": "-api", "covered": `"60"`, "coveredWeb": `"80"`, "published": "web", "publishedWeb": "-api",
			"scanned": ": CRITICAL", "scannedWeb": "HIGH", "signed": "-api", "attested": "-web", "synced": "staging", "starts": "/(api|web|debug)/",
			"answers": "staging|web|debug", "answersThere": "production|web", "back": "staging|debug", "smooth": "worker|debug", "many": "web|worker|debug", "some": "/(api|debug)/",
		}[c.ID]
		places := append(c.Places, c.Measured...)
		if known && len(places) == 0 {
			t.Errorf("%s has no place", c.ID)
		}
		for _, p := range places {
			// What all images wait for serves each of them.
			if known && !strings.Contains(p.What, "deploy-") && regexp.MustCompile(rest).MatchString(p.Path+" "+p.What+" "+p.Text) {
				t.Errorf("%s is not for %s: %s %s", c.ID, p.At(), p.What, p.Text)
			}
		}
	}
}

// nasty is text that no format may take for its own.
const nasty = "</text><script>alert(1)</script> & | `x` #1; *a* ]] \\\" -->"

func nastyPlan(t *testing.T) (plan.Plan, *artifact.Set) {
	p, set := render(t, example(t, "two-environments"))
	p.Environments[0].Name, p.Environments[1].Application = nasty, nasty
	p.Source.Branch = nasty
	for i := range p.Criteria {
		p.Criteria[i].Statement = nasty
	}
	p.NonGoals = []plan.NonGoal{{ID: "none", Statement: nasty, Reason: nasty}}
	return p, set
}

func TestTextsAreEscaped(t *testing.T) {
	p, set := nastyPlan(t)
	svg := explain.SVG(p.Flow(), nasty)
	for dec := xml.NewDecoder(strings.NewReader(svg)); ; {
		token, err := dec.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, svg)
		}
		if e, ok := token.(xml.StartElement); ok && e.Name.Local == "script" {
			t.Error("a text became an element")
		}
	}
	if text := p.Flow().Mermaid(); strings.Contains(text, "<script") || strings.Contains(text, "`") || strings.Count(text, `"`)%2 != 0 {
		t.Errorf("a text is not quoted in\n%s", text)
	}
	if text := explain.Mermaid(explain.Build(p, set.Files()), true); strings.Contains(text, "<script") || strings.Count(text, `"`)%2 != 0 {
		t.Errorf("a text is not quoted in\n%s", text)
	}
}

// TestSVGStandsAlone: nothing is loaded, and it has colours for light and dark.
func TestSVGStandsAlone(t *testing.T) {
	p, _ := render(t, every)
	svg := explain.SVG(p.Flow(), "Pipeline")
	for _, no := range []string{"<script", "@import", "@font-face", "href", "<image"} {
		if strings.Contains(svg, no) {
			t.Errorf("the picture has %s", no)
		}
	}
	if strings.Count(svg, "http") != 1 || !strings.Contains(svg, `xmlns="http://www.w3.org/2000/svg"`) {
		t.Error("the picture names an address besides its own name space")
	}
	if !strings.Contains(svg, "@media (prefers-color-scheme: dark)") {
		t.Error("the picture has no dark colours")
	}
	for range 3 {
		if explain.SVG(p.Flow(), "Pipeline") != svg {
			t.Error("another picture the second time")
		}
	}
}

type shape struct {
	X      int    `xml:"x,attr"`
	Y      int    `xml:"y,attr"`
	Width  int    `xml:"width,attr"`
	Height int    `xml:"height,attr"`
	Class  string `xml:"class,attr"`
	Anchor string `xml:"text-anchor,attr"`
	Text   string `xml:",chardata"`
}

// TestNothingOverlaps estimates the room that each text takes, generously, and
// holds all boxes and labels against one another and against the edge.
func TestNothingOverlaps(t *testing.T) {
	for _, src := range []string{every, example(t, "fastapi-agent"), example(t, "two-environments"), example(t, "go-release"), example(t, "minimal"), example(t, "application-set")} {
		p, _ := render(t, src)
		var picture struct {
			Width  int     `xml:"width,attr"`
			Height int     `xml:"height,attr"`
			Boxes  []shape `xml:"rect"`
			Texts  []shape `xml:"text"`
		}
		if err := xml.Unmarshal([]byte(explain.SVG(p.Flow(), "")), &picture); err != nil {
			t.Fatal(err)
		}
		taken := picture.Boxes[1:] // without the page
		for _, b := range taken {
			if b.Width > 200 {
				t.Fatalf("%+v is no box of a station", b)
			}
		}
		for _, l := range picture.Texts {
			// Six to eight pixels a character, by weight.
			each := 7
			if l.Class == "promise" || l.Class == "title" {
				each = 8
			}
			width := each * len([]rune(l.Text))
			if l.Anchor == "middle" {
				if width > 160 {
					t.Errorf("%q is wider than its box", l.Text)
				}
				continue
			}
			taken = append(taken, shape{X: l.X, Y: l.Y - 11, Width: width, Height: 14, Text: l.Text})
		}
		for i, a := range taken {
			if a.X < 0 || a.Y < 0 || a.X+a.Width > picture.Width || a.Y+a.Height > picture.Height {
				t.Errorf("%+v leaves the picture", a)
			}
			for _, b := range taken[:i] {
				if a.X < b.X+b.Width && b.X < a.X+a.Width && a.Y < b.Y+b.Height && b.Y < a.Y+a.Height {
					t.Errorf("%+v and %+v overlap in the picture of %s", a, b, p.Name)
				}
			}
		}
	}
}
