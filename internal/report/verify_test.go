package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/live/verdict"
)

// hostile is a verdict in which servers try to be more than text.
var hostile = verdict.Verdict{
	At: time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC), Pipeline: "shop", Revision: "abc\x1b[31m",
	Chain: []verdict.Result{{ID: "run", Kind: "chain",
		Outcome: criteria.Broken.By("\x1b[2J| <img src=x> ](https://evil.example.org) ]]> & \r\n::error::x")}},
	Promises: []verdict.Result{
		{ID: "synced", Kind: "synced", Environment: "production", Outcome: criteria.Kept.By("1m",
			criteria.Evidence{What: "sync", URL: "javascript:alert(1)", Revision: "sha256:0123456789abcdef"}, criteria.Evidence{What: "page|", URL: "https://example.org/a|b)(c<d>"})},
		{ID: "ready", Kind: "ready", Environment: "production", Outcome: criteria.Pending("not asked")},
		{ID: "seen", Kind: "manual", Outcome: criteria.Manual.By("to be confirmed by Ada")},
	},
}

// TestVerifyHostile: no format lets a server's text out of its place.
func TestVerifyHostile(t *testing.T) {
	for name, write := range Formats {
		var b bytes.Buffer
		if err := write(&b, Verify(hostile), checkout); err != nil {
			t.Fatal(err)
		}
		out := b.String()
		if strings.ContainsAny(out, "\x1b\r") || strings.Contains(out, "\n::error") {
			t.Errorf("%s lets control characters through:\n%q", name, out)
		}
	}
	var markdown bytes.Buffer
	if err := Markdown(&markdown, Verify(hostile), checkout); err != nil {
		t.Fatal(err)
	}
	for _, forbidden := range []string{"<img", "](javascript", " ](https://evil", "a|b"} {
		if strings.Contains(markdown.String(), forbidden) {
			t.Errorf("Markdown has %q:\n%s", forbidden, markdown.String())
		}
	}
}

func TestVerifyJUnitIsWhole(t *testing.T) {
	var b bytes.Buffer
	if err := JUnit(&b, Verify(hostile), checkout); err != nil {
		t.Fatal(err)
	}
	var suites junitSuites
	if err := xml.Unmarshal(b.Bytes(), &suites); err != nil {
		t.Fatal(err)
	}
	chain, promises := suites.Suites[0], suites.Suites[1]
	if chain.Tests != 1 || chain.Failures != 1 || chain.Cases[0].Failure == nil {
		t.Errorf("%+v", chain)
	}
	if promises.Tests != 3 || promises.Skipped != 2 || promises.Failures != 0 || promises.Cases[0].Class != "promises.production" {
		t.Errorf("%+v", promises)
	}
}

func TestVerifyJSONIsWhole(t *testing.T) {
	var b bytes.Buffer
	if err := JSON(&b, Verify(verdict.Verdict{Pipeline: "shop"}), checkout); err != nil {
		t.Fatal(err)
	}
	assertNoNull(t, b.Bytes())
	b.Reset()
	if err := JSON(&b, Verify(hostile), checkout); err != nil {
		t.Fatal(err)
	}
	assertNoNull(t, b.Bytes())
	var v struct {
		OK       bool
		Promises []struct{ Pending bool }
	}
	if err := json.Unmarshal(b.Bytes(), &v); err != nil || v.OK || v.Promises[1].Pending != true {
		t.Errorf("%+v %v", v, err)
	}
}

func TestVerifyLostOutput(t *testing.T) {
	if NewVerifyProgress(full{}, 80).Show(hostile, 0) == nil || NewVerifyProgress(full{}, 0).Show(hostile, 0) == nil {
		t.Error("the progress says nothing of a full disk")
	}
	var b bytes.Buffer
	if err := Text(&b, Verify(hostile), Frame{Color: true}); err != nil || !strings.Contains(b.String(), "\x1b[31mbroken") {
		t.Errorf("%v %q", err, b.String())
	}
}

// TestVerifyProgressInPlace: on a terminal each look is drawn over the one before, and
// the end leaves nothing.
func TestVerifyProgressInPlace(t *testing.T) {
	var b bytes.Buffer
	p := NewVerifyProgress(&b, 30)
	for range 2 {
		if err := p.Show(hostile, 90*time.Second); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.End(); err != nil {
		t.Fatal(err)
	}
	up := fmt.Sprintf("\x1b[%dA\x1b[J", len(hostile.All())+1)
	if strings.Count(b.String(), up) != 2 || !strings.HasSuffix(b.String(), up) {
		t.Errorf("%q", b.String())
	}
	for line := range strings.Lines(strings.ReplaceAll(b.String(), up, "")) {
		if n := len([]rune(strings.TrimSuffix(line, "\n"))); n >= 30 {
			t.Errorf("a line of %d columns wraps: %q", n, line)
		}
	}
	if !strings.Contains(b.String(), "1 are not decided, 1m30s left") {
		t.Errorf("%q", b.String())
	}
}
