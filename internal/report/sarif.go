package report

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/rules"
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
	// Columns are counted in code points: see column.
	run := sarifRun{ColumnKind: "unicodeCodePoints", Invocations: []sarifInvocation{{ExecutionSuccessful: true}}}
	driver := &run.Tool.Driver
	driver.Name, driver.Version, driver.InformationURI = "pipegen", f.Version, home
	for _, c := range s.rules {
		driver.Rules = append(driver.Rules, f.rule(c, marks.Findings))
	}
	for _, d := range marks.Findings[:min(len(marks.Findings), maxResults)] {
		run.Results = append(run.Results, s.result(d))
	}
	for _, n := range marks.Notices {
		run.Invocations[0].Notifications = append(run.Invocations[0].Notifications, sarifNotification{"note", sarifMessage{n}})
	}
	return JSON(w, Document{Data: sarifLog{Schema: sarifSchema, Version: "2.1.0", Runs: []sarifRun{run}}}, f)
}

// sarifID is what a finding is filtered and dismissed by: the rule that is broken, or the code of a finding about none.
func sarifID(d diag.Diagnostic) string {
	if _, ok := rules.Find(d.Rule); ok {
		return d.Rule
	}
	return string(d.Code)
}

// rulesOf is every id of a list once, in order.
func rulesOf(l diag.List) []string {
	var out []string
	for _, d := range l {
		out = append(out, sarifID(d))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (f Frame) rule(id string, l diag.List) sarifRule {
	level, tags := diag.Warning, []string{"pipegen"}
	out := sarifRule{ID: id}
	for _, d := range l {
		if sarifID(d) != id {
			continue
		}
		level = min(level, d.Severity)
		if code := string(d.Code); !strings.EqualFold(code, id) && !slices.Contains(tags, code) {
			tags = append(tags, code)
		}
		out.Short.Text, out.HelpURI = f.meaning(d.Code), documentation(d.Code)
		out.Full = out.Short
	}
	if r, ok := rules.Find(id); ok {
		out.Short.Text, out.Full.Text, out.HelpURI = r.Title, r.Why, documented+"rules.md#"+strings.ToLower(id)
	}
	slices.Sort(tags[1:])
	out.Help.Text = out.Full.Text + " See " + out.HelpURI
	out.Configuration.Level, out.Properties.Tags, out.Properties.Severity = level.String(), tags, level.String()
	return out
}

// sarifWriter turns the diagnostics of one report into results.
type sarifWriter struct {
	Frame
	spec  string
	rules []string
	// seen counts the results that only their lines tell apart.
	seen map[string]int
}

func (s *sarifWriter) result(d diag.Diagnostic) sarifResult {
	d = s.local(d)
	out := sarifResult{RuleID: sarifID(d), RuleIndex: slices.Index(s.rules, sarifID(d)), Level: d.Severity.String(), Fingerprints: s.fingerprints(d)}
	out.Properties.Code, out.Properties.Path = d.Code, d.Path
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
	at := &sarifPhysical{}
	at.Artifact.URI, at.Artifact.Base = uri(pos.File), "%SRCROOT%"
	if pos.Line > 0 {
		at.Region = &sarifRegion{pos.Line, s.column(pos)}
	}
	return at
}

// fingerprints tell results apart from one run to the next. No line goes into them,
// so that a result stays the same one when it moves; those that are alike in all
// else are numbered.
//
// GitHub goes by the name primaryLocationLineHash alone. Its upload takes the line's text for it, and warns of every
// other value, so the name is left to the upload if a line identifies the result. If none does, different results would
// share the first line of one file, and count as one.
func (s *sarifWriter) fingerprints(d diag.Diagnostic) map[string]string {
	message := d.Message
	for _, n := range d.Notes {
		if n.Pos.Known() {
			message = strings.ReplaceAll(message, fmt.Sprintf("%s:%d", n.Pos.File, n.Pos.Line), n.Pos.File)
		}
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{string(d.Code), d.Pos.File, d.Path, message}, "\x00")))
	value := hex.EncodeToString(sum[:16])
	s.seen[value]++
	value = fmt.Sprintf("%s:%d", value, s.seen[value])
	out := map[string]string{"pipegen/v1": value}
	if !inside(d.Pos.File) || !d.Pos.Known() {
		out["primaryLocationLineHash"] = value
	}
	return out
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
