package report

import (
	"io"
	"net/url"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
)

// What GitHub takes: results in one run, and other places of one result.
const (
	maxResults = 25000
	maxRelated = 1000
)

// SARIF writes a document in the Static Analysis Results Interchange Format 2.1.0, as
// GitHub's code scanning and editors read it.
func SARIF(w io.Writer, d Document, f Frame) error {
	marks := d.marks()
	s := sarifWriter{Frame: f, spec: f.relative(d.Spec), rules: rulesOf(marks.Findings), seen: map[string]int{}}
	if !inside(s.spec) {
		s.spec = "pipeline.cue"
	}
	run := sarifRun{
		Tool: sarifTool{sarifDriver{Name: "pipegen", Version: f.Version, InformationURI: home}},
		// Columns are counted in code points: see column.
		ColumnKind:  "unicodeCodePoints",
		Invocations: []sarifInvocation{{ExecutionSuccessful: true}},
	}
	for _, c := range s.rules {
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, f.rule(c, marks.Findings))
	}
	for _, d := range marks.Findings[:min(len(marks.Findings), maxResults)] {
		run.Results = append(run.Results, s.result(d))
	}
	for _, n := range marks.Notices {
		run.Invocations[0].Notifications = append(run.Invocations[0].Notifications, sarifNotification{"note", sarifMessage{n}})
	}
	return JSON(w, Document{Data: sarifLog{Schema: sarifSchema, Version: "2.1.0", Runs: []sarifRun{run}}}, f)
}

// rulesOf is every code of a list once, in order.
func rulesOf(l diag.List) []diag.Code {
	var out []diag.Code
	for _, d := range l {
		out = append(out, d.Code)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (f Frame) rule(c diag.Code, l diag.List) sarifRule {
	tags := []string{"pipegen"}
	level := diag.Warning
	for _, d := range l {
		if d.Code != c {
			continue
		}
		level = min(level, d.Severity)
		// GitHub shows twenty tags.
		if d.Rule != "" && !slices.Contains(tags, d.Rule) && len(tags) < 20 {
			tags = append(tags, d.Rule)
		}
	}
	slices.Sort(tags[1:])
	m := f.meaning(c)
	return sarifRule{ID: string(c), Short: sarifMessage{m}, Full: sarifMessage{m}, Help: sarifMessage{m + " See " + documentation(c)}, HelpURI: documentation(c),
		Configuration: sarifConfiguration{level.String()}, Properties: sarifRuleProperties{tags, level.String()}}
}

// sarifWriter turns the diagnostics of one report into results.
type sarifWriter struct {
	Frame
	spec  string
	rules []diag.Code
	// seen counts the results that only their lines tell apart.
	seen map[string]int
}

func (s *sarifWriter) result(d diag.Diagnostic) sarifResult {
	d = s.local(d)
	out := sarifResult{RuleID: string(d.Code), RuleIndex: slices.Index(s.rules, d.Code), Level: d.Severity.String(), Fingerprints: s.fingerprints(d),
		Properties: sarifResultProperties{Rule: d.Rule, Path: d.Path}}
	at, message := d.Pos, d.Message
	if !inside(at.File) {
		// GitHub takes no result without a place in the checkout.
		at, message = diag.Position{File: s.spec}, place(d.Pos)+message
	}
	// Nor one without a line.
	at.Line = max(at.Line, 1)
	out.Locations = []sarifLocation{{Physical: s.physical(at)}}
	for _, n := range d.Notes {
		if inside(n.Pos.File) && len(out.Related) < maxRelated {
			out.Related = append(out.Related, sarifLocation{ID: len(out.Related) + 1, Physical: s.physical(n.Pos), Message: &sarifMessage{unlinked(n.Message)}})
			continue
		}
		message += "\n" + place(n.Pos) + n.Message
	}
	if d.Help != "" {
		message += "\nhelp: " + d.Help
	}
	out.Message = sarifMessage{unlinked(message)}
	return out
}

// physical is a place in the checkout.
func (s *sarifWriter) physical(pos diag.Position) *sarifPhysical {
	at := &sarifPhysical{Artifact: sarifArtifact{URI: uri(pos.File), Base: "%SRCROOT%"}}
	if pos.Line > 0 {
		at.Region = &sarifRegion{pos.Line, s.column(pos)}
	}
	return at
}

// uri is a relative path as a URI. A colon in its first part would end a scheme.
func uri(rel string) string {
	parts := strings.Split(rel, "/")
	for i, p := range parts {
		parts[i] = strings.ReplaceAll(url.PathEscape(p), ":", "%3A")
	}
	return strings.Join(parts, "/")
}

// unlinked keeps brackets in a message from being read as a link of SARIF.
func unlinked(s string) string { return strings.ReplaceAll(s, "](", "] (") }
