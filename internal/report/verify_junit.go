package report

import (
	"encoding/xml"
	"io"
	"strings"

	"github.com/pipegen/pipegen/internal/live/verdict"
)

type junitSuites struct {
	XMLName xml.Name     `xml:"testsuites"`
	Name    string       `xml:"name,attr"`
	Suites  []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	Failure *junitMessage `xml:"failure,omitempty"`
	Skipped *junitMessage `xml:"skipped,omitempty"`
	Out     string        `xml:"system-out,omitempty"`
}

type junitMessage struct {
	Message string `xml:"message,attr"`
}

// VerifyJUnit writes a verdict as a test report: what is broken is a failure, and
// what was not measured or is for a person was skipped.
func VerifyJUnit(w io.Writer, v verdict.Verdict) error {
	v = printable(v)
	out := junitSuites{Name: v.Pipeline, Suites: []junitSuite{suite("chain", v.Chain), suite("promises", v.Promises)}}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(out); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func suite(name string, all []verdict.Result) junitSuite {
	s := junitSuite{Name: name, Tests: len(all)}
	for _, r := range all {
		c := junitCase{Class: name, Name: verifyName(r)}
		if r.Environment != "" {
			c.Class += "." + r.Environment
		}
		message := &junitMessage{verifySays(r)}
		switch r.Status {
		case verdict.Broken:
			s.Failures++
			c.Failure = message
		case verdict.Unmeasured, verdict.Manual:
			s.Skipped++
			c.Skipped = message
		}
		lines := []string{r.Statement, verifySays(r)}
		for _, e := range r.Evidence {
			lines = append(lines, evidence(e))
		}
		c.Out = strings.Join(lines, "\n")
		s.Cases = append(s.Cases, c)
	}
	return s
}
