package main

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/judge"
	"github.com/pipegen/pipegen/internal/report"
	"github.com/pipegen/pipegen/internal/rules"
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

// registerFormat adds the flag for some formats, of which the first is the default; without any, those are meant that
// have a place for findings.
func registerFormat(f *pflag.FlagSet, value *string, words ...string) {
	if len(words) == 0 {
		words = resultFormats
	}
	*value = words[0]
	f.Var(format{value, words}, "format", "how to print the result")
}

var resultFormats = []string{"text", "json", "github", "sarif", "markdown"}

// mistakes are the errors in a spec because of which a verb cannot continue: they are its result.
type mistakes struct {
	format string
	report.Report
}

func (m mistakes) Error() string { return m.Document().Summary }

func (o *specOptions) mistaken(found diag.List) error {
	return mistakes{o.format, report.Report{Spec: o.spec, Diagnostics: found}}
}

// finish prints the result of a verb and turns it into its exit code. A fault in the output that no value of the spec
// caused is a bug of pipegen. What is drawn, or collected as tests, has no place for findings: those are text.
func finish(s streams, format string, r report.Report) error {
	r.Diagnostics = r.Diagnostics.Sorted()
	if !slices.Contains(resultFormats, format) {
		format = "text"
	}
	if r.Next == "" {
		r.Next = firstErrors(r.Diagnostics)
	}
	if err := show(s, format, r.Document()); err != nil {
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

// finishFlaws shows what there is to say of a pipeline that people wrote by hand.
func finishFlaws(s streams, format string, f report.Flaws) error {
	if !slices.Contains(resultFormats, format) {
		format = "text"
	}
	if err := show(s, format, f.Document()); err != nil {
		return failed(err)
	}
	if f.All().Failed() {
		return exitError{code: exitFindings}
	}
	return nil
}

func show(s streams, format string, d report.Document) error {
	return report.Formats[format](s.out, d, frame(s))
}

// frame says where the checkout is: the workspace of GitHub's runner, else the working directory.
func frame(s streams) report.Frame {
	// Without a working directory, paths stay as they are.
	dir, _ := os.Getwd()
	base := cmp.Or(s.env("GITHUB_WORKSPACE"), dir)
	return report.Frame{Color: report.Colored(s.out, s.env), Width: report.Width(s.out, s.env), Version: generate.Version, Dir: resolved(dir), Base: resolved(base), Read: os.ReadFile, Title: title}
}

// title returns the statement of a rule between files, or of a guard.
func title(c diag.Code) string {
	if c == rules.Guarded {
		return "The output does what a non-goal leaves out."
	}
	if c == rules.Promised {
		return "It does not hold that the output keeps what the criteria promise."
	}
	if r, ok := rules.Find(strings.ToUpper(string(c))); ok && (r.By&rules.Proof != 0 || c == judge.Lost) {
		return "It does not hold that " + r.Title + "."
	}
	return ""
}

// resolved returns the path of a folder without symbolic links, so that paths below it can be compared.
func resolved(dir string) string {
	if found, err := filepath.EvalSymlinks(dir); err == nil {
		return found
	}
	return dir
}
