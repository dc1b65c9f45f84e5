package report

import (
	"encoding/xml"
	"io"
	"strings"
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

// JUnit writes the tests of a document as a test report.
func JUnit(w io.Writer, d Document, _ Frame) error {
	out := junitSuites{Name: visible(d.Name)}
	for _, p := range d.Parts {
		if s := suite(p); s.Tests > 0 {
			out.Suites = append(out.Suites, s)
		}
	}
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

func suite(p Part) (s junitSuite) {
	for _, e := range p.Entries {
		if e.Test == nil {
			continue
		}
		s.Name, s.Tests = e.Test.Suite, s.Tests+1
		c := junitCase{Class: strings.TrimSuffix(e.Test.Suite+"."+visible(e.Test.Group), "."), Name: visible(e.Test.Name)}
		says := visible(e.Test.Says)
		switch {
		case e.Test.Failed:
			s.Failures, c.Failure = s.Failures+1, &junitMessage{says}
		case e.Test.Skipped:
			s.Skipped, c.Skipped = s.Skipped+1, &junitMessage{says}
		}
		lines := []string{visible(e.Test.About), says}
		for _, b := range e.Below {
			lines = append(lines, visible(b.text()))
		}
		c.Out = strings.Join(lines, "\n")
		s.Cases = append(s.Cases, c)
	}
	return s
}
