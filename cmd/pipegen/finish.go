package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/report"
)

// format is a flag that takes one of a few words.
type format struct {
	value *string
	words []string
}

func (f format) String() string { return *f.value }
func (f format) Type() string   { return strings.Join(f.words, "|") }
func (f format) Set(s string) error {
	if !slices.Contains(f.words, s) {
		return fmt.Errorf("it must be %s", strings.Join(f.words, " or "))
	}
	*f.value = s
	return nil
}

func registerFormat(f *pflag.FlagSet, value *string) {
	*value = "text"
	f.Var(format{value, []string{"text", "json"}}, "format", "how to print the result")
}

// finish prints the result of a verb and turns it into its exit code. A fault in
// the output that no value of the spec caused is pipegen's own.
func finish(s streams, format string, r report.Report) error {
	r.Diagnostics = r.Diagnostics.Sorted()
	var err error
	if format == "json" {
		err = report.JSON(s.out, r)
	} else {
		err = report.Text(s.out, r, report.Colored(s.out, s.env))
	}
	if err != nil {
		return failed(err)
	}
	if slices.ContainsFunc(r.Diagnostics, func(d diag.Diagnostic) bool { return d.Code == diag.Internal }) {
		return bug(fmt.Errorf("the output of this spec is faulty"))
	}
	if r.Diagnostics.Failed() {
		return exitError{code: exitFindings}
	}
	return nil
}
