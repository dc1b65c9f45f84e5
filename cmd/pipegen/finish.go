package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/prove"
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
	f.Var(format{value, []string{"text", "json", "github", "sarif", "markdown"}}, "format", "how to print the result")
}

// finish prints the result of a verb and turns it into its exit code. A fault in
// the output that no value of the spec caused is pipegen's own.
func finish(s streams, format string, r report.Report) error {
	r.Diagnostics = r.Diagnostics.Sorted()
	if err := show(s, format, r); err != nil {
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

func show(s streams, format string, r report.Report) error {
	switch format {
	case "json":
		return report.JSON(s.out, r)
	case "github", "sarif", "markdown":
		f, err := frame(s)
		if err != nil {
			return err
		}
		write := map[string]func(io.Writer, report.Report, report.Frame) error{
			"github": report.GitHub, "sarif": report.SARIF, "markdown": report.Markdown,
		}
		return write[format](s.out, r, f)
	}
	return report.Text(s.out, r, report.Colored(s.out, s.env))
}

// frame says where the checkout is: what GitHub's runner calls its workspace, else
// the working directory.
func frame(s streams) (report.Frame, error) {
	dir, err := os.Getwd()
	if err != nil {
		return report.Frame{}, err
	}
	base := cmp.Or(s.env("GITHUB_WORKSPACE"), dir)
	titles := map[diag.Code]string{prove.Guarded: "The output does what a non-goal leaves out."}
	for _, r := range prove.Rules() {
		titles[r.Code] = "It does not hold that " + r.Title() + "."
	}
	return report.Frame{Version: generate.Version, Dir: resolved(dir), Base: resolved(base), Read: os.ReadFile, Titles: titles}, nil
}

// resolved is a folder without symbolic links on the way to it: the same folder must
// have one name for a path to lie in it.
func resolved(dir string) string {
	if found, err := filepath.EvalSymlinks(dir); err == nil {
		return found
	}
	return dir
}
