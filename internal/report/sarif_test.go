package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"testing"

	"github.com/pipegen/pipegen/internal/diag"
)

func sarifOf(t *testing.T, r Report) sarifRun {
	t.Helper()
	var b bytes.Buffer
	if err := SARIF(&b, r.Document(), checkout); err != nil {
		t.Fatal(err)
	}
	var log sarifLog
	if err := json.Unmarshal(b.Bytes(), &log); err != nil {
		t.Fatal(err)
	}
	return log.Runs[0]
}

func fingerprintsOf(t *testing.T, l ...diag.Diagnostic) (out []string) {
	t.Helper()
	for _, r := range sarifOf(t, Report{Diagnostics: l}).Results {
		out = append(out, r.Fingerprints["pipegen/v1"])
	}
	return out
}

// TestFingerprintsStay: a result that moves, or is found in another folder of another
// machine, is the same one; any other difference makes another result of it.
func TestFingerprintsStay(t *testing.T) {
	at := func(line, other int) diag.Diagnostic {
		return diag.Diagnostic{Code: "x19", Path: "p", Pos: diag.Position{File: "a.yaml", Line: line}, Message: fmt.Sprintf("it differs (/home/dev/gitops/b.yaml:%d)", other),
			Notes: []diag.Note{{Pos: diag.Position{File: "/home/dev/gitops/b.yaml", Line: other}, Message: "the other side"}}}
	}
	first := fingerprintsOf(t, at(3, 7))[0]
	if moved := fingerprintsOf(t, at(30, 70))[0]; moved != first {
		t.Errorf("after a move it is %s, before it %s", moved, first)
	}
	elsewhere := at(3, 7)
	elsewhere.Pos.File, elsewhere.Message, elsewhere.Notes[0].Pos.File = "a.yaml", "it differs (/ci/gitops/b.yaml:7)", "/ci/gitops/b.yaml"
	s := sarifWriter{Frame: Frame{Dir: "/ci/shop/sub", Base: "/ci/shop"}, seen: map[string]int{}}
	if got := s.fingerprints(s.local(elsewhere))["pipegen/v1"]; got != first {
		t.Errorf("on another machine it is %s, here %s", got, first)
	}
	for what, change := range map[string]func(*diag.Diagnostic){
		"code":    func(d *diag.Diagnostic) { d.Code = "x20" },
		"path":    func(d *diag.Diagnostic) { d.Path = "q" },
		"file":    func(d *diag.Diagnostic) { d.Pos.File = "b.yaml" },
		"message": func(d *diag.Diagnostic) { d.Message = "it is another" },
	} {
		d := at(3, 7)
		change(&d)
		if fingerprintsOf(t, d)[0] == first {
			t.Errorf("another %s gives the same fingerprint", what)
		}
	}
	if twice := fingerprintsOf(t, at(3, 7), at(4, 7)); twice[0] != first || twice[1] == first {
		t.Errorf("two alike have the fingerprints %v", twice)
	}
}

// TestLineHash: GitHub's own name is used only if no line of the checkout identifies the result.
func TestLineHash(t *testing.T) {
	for i, r := range sarifOf(t, nasty).Results {
		pos := nasty.Diagnostics[i].Pos
		_, own := r.Fingerprints["primaryLocationLineHash"]
		lined := pos.Line > 0 && pos.File != "/home/dev/gitops/base.yaml"
		if own == lined {
			t.Errorf("result %d at %v: primaryLocationLineHash is set: %v", i, pos, own)
		}
	}
}

// TestLimits: what GitHub would refuse whole is cut.
func TestLimits(t *testing.T) {
	many := Report{Diagnostics: make(diag.List, maxResults+1)}
	for i := range many.Diagnostics {
		many.Diagnostics[i] = diag.Diagnostic{Code: diag.Drift, Message: fmt.Sprint(i)}
	}
	many.Diagnostics[0].Notes = make([]diag.Note, maxRelated+1)
	for i := range many.Diagnostics[0].Notes {
		many.Diagnostics[0].Notes[i] = diag.Note{Pos: diag.Position{File: "a", Line: 1}}
	}
	run := sarifOf(t, many)
	if len(run.Results) != maxResults || len(run.Results[0].Related) != maxRelated {
		t.Errorf("%d results, %d related", len(run.Results), len(run.Results[0].Related))
	}
}

// FuzzURI: a path comes back from its URI, which is relative to the checkout.
func FuzzURI(f *testing.F) {
	for _, s := range []string{"a:b/c", "ü d.yaml", "100%", "a?b#c", `a\b`, "a/b:c", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, path string) {
		if !inside(path) {
			return
		}
		u, err := url.Parse(uri(path))
		if err != nil || u.Scheme != "" || u.Host != "" || u.RawQuery != "" || u.Fragment != "" || u.Path != path {
			t.Errorf("%q gives %q: %+v, %v", path, uri(path), u, err)
		}
	})
}
