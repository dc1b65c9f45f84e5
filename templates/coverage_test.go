package templates_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

var coverageFormats = []string{"cobertura", "go", "jacoco", "lcov"}

// coverageBody returns the run body of a format: its reader, a blank line, the gate.
func coverageBody(t *testing.T, format string) string {
	t.Helper()
	return readScript(t, "coverage-"+format+".sh") + "\n" + readScript(t, "coverage-gate.sh")
}

func readScript(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("scripts", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func readCoverageReport(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "coverage", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// gateResult is what a gate leaves behind.
type gateResult struct {
	exit                    int
	stdout, stderr, summary string
}

// runGate runs body as a runner does. The report is written to path under a new
// directory, which becomes the working directory; without content there is no report.
func runGate(t *testing.T, body, path, content, minimum string) gateResult {
	t.Helper()
	dir := t.TempDir()
	if content != noReport {
		full := filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	script := filepath.Join(t.TempDir(), "run.sh")
	if err := os.WriteFile(script, []byte(body), 0o644); err != nil {
		t.Fatal(err)
	}
	summary := filepath.Join(t.TempDir(), "summary.md")
	cmd := exec.Command("bash", "--noprofile", "--norc", "-eo", "pipefail", script)
	cmd.Dir = dir
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"),
		"COVERAGE_REPORT=" + path,
		"COVERAGE_MIN=" + minimum,
		"GITHUB_STEP_SUMMARY=" + summary,
	}
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		if exit := new(exec.ExitError); !errors.As(err, &exit) {
			t.Fatal(err)
		}
	}
	written, err := os.ReadFile(summary)
	if err != nil {
		t.Fatalf("no job summary: %v", err)
	}
	return gateResult{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String(), string(written)}
}

// noReport stands for a report that does not exist: an empty one is a case of its own.
const noReport = "\x00"

// check compares a result with the one line that it must print and summarise.
func (r gateResult) check(t *testing.T, line string) {
	t.Helper()
	exit, plain := 0, line
	if message, failed := strings.CutPrefix(line, "::error title=Coverage::"); failed {
		exit, plain = 1, message
	}
	if r.exit != exit {
		t.Errorf("exit code %d, want %d", r.exit, exit)
	}
	if r.stdout != line+"\n" {
		t.Errorf("stdout\n got %q\nwant %q", r.stdout, line+"\n")
	}
	if r.stderr != "" {
		t.Errorf("stderr %q, want none", r.stderr)
	}
	if r.summary != plain+"\n" {
		t.Errorf("job summary\n got %q\nwant %q", r.summary, plain+"\n")
	}
}

func TestCoverageGate(t *testing.T) {
	const (
		failed = "::error title=Coverage::"
		report = failed + "the coverage report 'report' "
	)
	tests := []struct{ name, counts, minimum, want string }{
		{"above", "1234 1479", "80", "coverage 83.43 % of lines (1234 of 1479), at least 80 % is required"},
		{"exactly at", "4 5", "80", "coverage 80.00 % of lines (4 of 5), at least 80 % is required"},
		{"exactly at two decimals", "7995 10000", "79.95", "coverage 79.95 % of lines (7995 of 10000), at least 79.95 % is required"},
		{"one decimal", "799 1000", "79.9", "coverage 79.90 % of lines (799 of 1000), at least 79.9 % is required"},
		{"decimals are not octal", "809 10000", "8.09", "coverage 8.09 % of lines (809 of 10000), at least 8.09 % is required"},
		{"nor below one", "9 10000", "0.09", "coverage 0.09 % of lines (9 of 10000), at least 0.09 % is required"},
		{"counts are not octal", "08 09", "80", "coverage 88.88 % of lines (8 of 9), at least 80 % is required"},
		{"rounding would pass", "159990 200000", "80", failed + "coverage 79.99 % is below the required 80 % (159990 of 200000 lines)"},
		{"79.995", "15999 20000", "80", failed + "coverage 79.99 % is below the required 80 % (15999 of 20000 lines)"},
		{"a hair above on a big total", "800000000000 999999999999", "80", "coverage 80.00 % of lines (800000000000 of 999999999999), at least 80 % is required"},
		{"a hair below on a big total", "799999999999 999999999999", "80", failed + "coverage 79.99 % is below the required 80 % (799999999999 of 999999999999 lines)"},
		{"nothing covered", "0 7", "0.01", failed + "coverage 0.00 % is below the required 0.01 % (0 of 7 lines)"},
		{"nothing required", "0 7", "0", "coverage 0.00 % of lines (0 of 7), at least 0 % is required"},
		{"all covered", "7 7", "100", "coverage 100.00 % of lines (7 of 7), at least 100 % is required"},
		{"all covered, decimals", "7 7", "100.00", "coverage 100.00 % of lines (7 of 7), at least 100.00 % is required"},
		{"one of many missing", "99999 100000", "100", failed + "coverage 99.99 % is below the required 100 % (99999 of 100000 lines)"},

		{"missing", noReport, "80", failed + "no coverage report 'report': let the test command write LCOV there, or correct the path"},
		{"empty", "", "80", report + "is empty: look in the log why the test command wrote nothing"},
		{"no counts", "\n", "80", report + "is cut short or is not LCOV: look in the log how the test command wrote it"},
		{"not digits", "a[$(touch x)] 5", "80", report + "is cut short or is not LCOV: look in the log how the test command wrote it"},
		{"negative", "-1 5", "80", report + "is cut short or is not LCOV: look in the log how the test command wrote it"},
		{"would overflow", "1 9223372036854775808", "80", report + "is cut short or is not LCOV: look in the log how the test command wrote it"},
		{"zero lines", "0 0", "0", report + "counts no lines: check which sources the test command measures"},
		{"more than all", "6 5", "80", report + "says 6 of 5 lines: clear it before the test command writes it"},

		{"minimum not a number", "1 1", "x", failed + "COVERAGE_MIN is 'x': give 0 to 100, with at most two decimals"},
		{"minimum empty", "1 1", "", failed + "COVERAGE_MIN is '': give 0 to 100, with at most two decimals"},
		{"minimum too fine", "1 1", "79.995", failed + "COVERAGE_MIN is '79.995': give 0 to 100, with at most two decimals"},
		{"minimum too big", "1 1", "101", failed + "COVERAGE_MIN is '101': give 0 to 100, with at most two decimals"},
		{"minimum holds a command", "1 1", "1\n::stop-commands::x", failed + `COVERAGE_MIN is $'1\n::stop-commands::x': give 0 to 100, with at most two decimals`},
	}
	body := "format=LCOV\nunit=lines\ncount() { cat; }\n\n" + readScript(t, "coverage-gate.sh")
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			runGate(t, body, "report", test.counts, test.minimum).check(t, test.want)
		})
	}
}

// Each report passes at its own figure, whatever its line ends, and fails above it.
func TestCoverageReports(t *testing.T) {
	tests := []struct {
		format, report, unit string
		covered, total       int
		percent              string
	}{
		{"cobertura", "coverage-py.xml", "lines", 10, 12, "83.33"},
		{"cobertura", "coverage-py-3.7.xml", "lines", 3, 4, "75.00"},
		{"cobertura", "coverlet.xml", "lines", 4, 6, "66.66"},
		{"cobertura", "istanbul.xml", "lines", 6, 7, "85.71"},
		{"cobertura", "gocover-cobertura.xml", "lines", 3, 5, "60.00"},
		{"cobertura", "gocover-cobertura-old.xml", "lines", 3, 4, "75.00"},
		{"cobertura", "single-line.xml", "lines", 9, 10, "90.00"},
		{"cobertura", "single-line-old.xml", "lines", 1, 2, "50.00"},
		{"lcov", "c8.info", "lines", 6, 8, "75.00"},
		{"lcov", "lcov-per-test.info", "lines", 5, 7, "71.42"},
		{"lcov", "lcov-wrong-summary.info", "lines", 2, 3, "66.66"},
		{"lcov", "lcov-summary-only.info", "lines", 21, 32, "65.62"},
		{"go", "go.out", "statements", 8, 9, "88.88"},
		{"go", "go-coverpkg.out", "statements", 9, 10, "90.00"},
		{"jacoco", "jacoco.xml", "lines", 5, 10, "50.00"},
		{"jacoco", "jacoco-modules.xml", "lines", 5, 10, "50.00"},
	}
	listed := map[string]bool{"jacoco-no-debug.xml": true}
	for _, test := range tests {
		listed[test.report] = true
		t.Run(test.report, func(t *testing.T) {
			body := coverageBody(t, test.format)
			content := readCoverageReport(t, test.report)
			want := fmt.Sprintf("coverage %s %% of %s (%d of %d), at least %s %% is required",
				test.percent, test.unit, test.covered, test.total, test.percent)

			runGate(t, body, "report", content, test.percent).check(t, want)
			crlf := strings.ReplaceAll(content, "\n", "\r\n")
			runGate(t, body, "report", crlf, test.percent).check(t, want)
			above := fmt.Sprintf("::error title=Coverage::coverage %s %% is below the required 90.01 %% (%d of %d %s)",
				test.percent, test.covered, test.total, test.unit)
			runGate(t, body, "report", content, "90.01").check(t, above)

			if test.format == "cobertura" || test.format == "jacoco" {
				line := strings.ReplaceAll(content, "\n", " ")
				runGate(t, body, "report", line, test.percent).check(t, want)
				spread := strings.ReplaceAll(content, `" `, "\"\n\t")
				runGate(t, body, "report", spread, test.percent).check(t, want)
				if !strings.Contains(line, "'") {
					single := strings.ReplaceAll(line, `"`, `'`)
					runGate(t, body, "report", single, test.percent).check(t, want)
				}
			}
		})
	}

	files, err := os.ReadDir(filepath.Join("testdata", "coverage"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !listed[file.Name()] {
			t.Errorf("testdata/coverage/%s: no test reads it", file.Name())
		}
	}
}

// The path reaches the tools only as data: none of these may be read as an option, an
// awk assignment, a pattern or code.
func TestCoverageReportPaths(t *testing.T) {
	for _, path := range []string{
		"target/site/my report.xml", "-v", "a=b", "*", "$(touch x)", `"`, "it's", "[a", "über.xml", "a;exit 0",
	} {
		t.Run(path, func(t *testing.T) {
			body := coverageBody(t, "cobertura")
			content := readCoverageReport(t, "coverage-py.xml")
			runGate(t, body, path, content, "80").check(t,
				"coverage 83.33 % of lines (10 of 12), at least 80 % is required")
			result := runGate(t, body, path, noReport, "80")
			if result.exit != 1 || !strings.HasPrefix(result.stdout, "::error title=Coverage::no coverage report ") {
				t.Errorf("missing: exit code %d, stdout %q", result.exit, result.stdout)
			}
		})
	}

	t.Run("line break", func(t *testing.T) {
		result := runGate(t, coverageBody(t, "go"), "a\n::stop-commands::x", noReport, "80")
		result.check(t, `::error title=Coverage::no coverage report $'a\n::stop-commands::x': `+
			"let the test command write a Go cover profile there, or correct the path")
	})
	t.Run("directory", func(t *testing.T) {
		runGate(t, coverageBody(t, "jacoco"), ".", noReport, "80").check(t,
			"::error title=Coverage::no coverage report '.': let the test command write JaCoCo XML there, or correct the path")
	})
}

func TestCoverageBadReports(t *testing.T) {
	const (
		unreadable = "is cut short or is not "
		nothing    = "counts no "
	)
	tests := []struct{ name, format, content, want string }{
		{"another format", "cobertura", "mode: set\n", unreadable + "Cobertura XML"},
		{"HTML", "cobertura", "<html><body>404</body></html>", unreadable + "Cobertura XML"},
		{"Clover", "cobertura", `<coverage clover="3.2.0"><project><file name="a"><line num="1" type="stmt" count="1"/></file></project></coverage>`, unreadable + "Cobertura XML"},
		{"two roots", "cobertura", `<coverage lines-covered="1" lines-valid="1"></coverage><coverage lines-covered="0" lines-valid="9"></coverage>`, unreadable + "Cobertura XML"},
		{"end without a root", "cobertura", "</coverage>", unreadable + "Cobertura XML"},
		{"text for a total", "cobertura", `<coverage lines-covered="all" lines-valid="1"></coverage>`, unreadable + "Cobertura XML"},
		{"text for hits", "cobertura", `<coverage><class filename="a"><lines><line number="1" hits="x"/></lines></class></coverage>`, unreadable + "Cobertura XML"},
		{"line without a file", "cobertura", `<coverage><lines><line number="1" hits="1"/></lines></coverage>`, unreadable + "Cobertura XML"},
		{"zero total", "cobertura", `<coverage lines-covered="0" lines-valid="0" line-rate="1"></coverage>`, nothing + "lines"},
		{"no class", "cobertura", "<coverage><packages/></coverage>", nothing + "lines"},

		{"another format", "jacoco", `<coverage lines-covered="1" lines-valid="1"></coverage>`, unreadable + "JaCoCo XML"},
		{"text for a counter", "jacoco", `<report><counter type="LINE" missed="x" covered="1"/></report>`, unreadable + "JaCoCo XML"},
		{"compiled without line numbers", "jacoco", "jacoco-no-debug.xml", nothing + "lines"},
		{"no LINE in the report, one in a class", "jacoco", `<report><package><counter type="LINE" missed="0" covered="1"/></package><counter type="CLASS" missed="0" covered="1"/></report>`, nothing + "lines"},
		{"no LINE in the report, one in a group", "jacoco", `<report><group><package/><counter type="LINE" missed="0" covered="1"/></group></report>`, nothing + "lines"},
		{"zero total", "jacoco", `<report><counter type="LINE" missed="0" covered="0"/></report>`, nothing + "lines"},

		{"another format", "lcov", "<coverage/>\n", unreadable + "LCOV"},
		{"binary", "lcov", "\x00\x01\xff\xfe\n\x00", unreadable + "LCOV"},
		{"no end", "lcov", "SF:a\nDA:1,1\nLF:1\nLH:1\n", unreadable + "LCOV"},
		{"section in a section", "lcov", "SF:a\nDA:1,1\nSF:b\nDA:1,1\nend_of_record\n", unreadable + "LCOV"},
		{"line without a file", "lcov", "DA:1,1\nend_of_record\n", unreadable + "LCOV"},
		{"text for hits", "lcov", "SF:a\nDA:1,x\nend_of_record\n", unreadable + "LCOV"},
		{"line number beyond any file", "lcov", "SF:a\nDA:123456789,1\nend_of_record\n", unreadable + "LCOV"},
		{"text for a total", "lcov", "SF:a\nLF:x\nend_of_record\n", unreadable + "LCOV"},
		{"no lines", "lcov", "TN:\nSF:a\nend_of_record\n", nothing + "lines"},

		{"another format", "go", "TN:\nSF:a\nend_of_record\n", unreadable + "a Go cover profile"},
		{"no mode", "go", "a.go:1.2,3.4 1 1\n", unreadable + "a Go cover profile"},
		{"half a line", "go", "mode: set\na.go:1.2,3.4 1 1\na.go:5.2,6", unreadable + "a Go cover profile"},
		{"no blocks", "go", "mode: set\n", nothing + "statements"},
	}
	for _, test := range tests {
		t.Run(test.format+"/"+test.name, func(t *testing.T) {
			content := test.content
			if content == "jacoco-no-debug.xml" {
				content = readCoverageReport(t, content)
			}
			result := runGate(t, coverageBody(t, test.format), "out/report", content, "0")
			want := "::error title=Coverage::the coverage report 'out/report' " + test.want
			if result.exit != 1 || !strings.HasPrefix(result.stdout, want) {
				t.Errorf("exit code %d, stdout\n got %q\nwant %q…", result.exit, result.stdout, want)
			}
			if result.stderr != "" {
				t.Errorf("stderr %q, want none", result.stderr)
			}
		})
	}
}

// A report whose writer was killed never passes, wherever it was cut.
func TestCoverageCutReports(t *testing.T) {
	for format, report := range map[string]string{"cobertura": "single-line.xml", "jacoco": "jacoco.xml"} {
		body := coverageBody(t, format)
		content := readCoverageReport(t, report)
		for end := 1; end < len(content)-len("</report>"); end += 1 + len(content)/25 {
			if result := runGate(t, body, "report", content[:end], "0"); result.exit != 1 {
				t.Errorf("%s cut after %d bytes: exit code %d, stdout %q", report, end, result.exit, result.stdout)
			}
		}
	}
}

// Sections of one file may come in any order, and a later one may know more lines.
func TestCoverageLCOVMerge(t *testing.T) {
	section := func(path, lines string) string { return "SF:" + path + "\n" + lines + "end_of_record\n" }
	tests := []struct {
		name, report   string
		covered, total int
	}{
		{"later section longer", section("a", "DA:1,0\nDA:2,1\n") + section("b", "DA:1,0\n") + section("a", "DA:1,1\nDA:4,1\nDA:9,0\n"), 3, 5},
		{"three sections", section("a", "DA:1,0\n") + section("a", "DA:5,0\n") + section("a", "DA:5,1\nDA:1,0\n"), 1, 2},
		{"first section empty", section("a", "LF:0\nLH:0\n") + section("b", "DA:1,1\n") + section("a", "DA:1,1\nDA:2,0\n"), 2, 3},
		{"line zero", section("a", "DA:1,1\nDA:2,1\n") + section("b", "DA:0,0\nDA:1,0\n"), 2, 4},
		{"one line twice", section("a", "DA:5,0\nDA:5,1\nDA:6,1\nDA:6,0\n"), 2, 2},
		{"Windows path", section(`C:\src\a,b.c`, "DA:1,1\n") + section(`C:\src\a,c.c`, "DA:1,0\n"), 1, 2},
	}
	body := coverageBody(t, "lcov")
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			result := runGate(t, body, "report", test.report, "0")
			if want := fmt.Sprintf("(%d of %d)", test.covered, test.total); !strings.Contains(result.stdout, want) {
				t.Errorf("stdout %q, want %s", result.stdout, want)
			}
		})
	}
}

func TestCoverageWithoutSummary(t *testing.T) {
	cmd := exec.Command("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", coverageBody(t, "go"))
	cmd.Dir = filepath.Join("testdata", "coverage")
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "COVERAGE_REPORT=go.out", "COVERAGE_MIN=80"}
	if out, err := cmd.CombinedOutput(); err != nil || !strings.HasPrefix(string(out), "coverage 88.88 %") {
		t.Errorf("%v: %s", err, out)
	}
}

func TestCoverageShellcheck(t *testing.T) {
	shellcheck, err := exec.LookPath("shellcheck")
	if err != nil {
		t.Log("shellcheck is not installed: the scripts were not linted")
		return
	}
	for _, format := range coverageFormats {
		t.Run(format, func(t *testing.T) {
			cmd := exec.Command(shellcheck, "--norc", "--shell=bash", "--severity=style", "--enable=all", "-")
			// All checks bite. The step's env: is all that shellcheck cannot see.
			cmd.Stdin = strings.NewReader("COVERAGE_REPORT=report COVERAGE_MIN=80\n" + coverageBody(t, format))
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

// A body is a constant of a workflow: GitHub must find nothing in it to expand.
func TestCoverageBodiesAreConstant(t *testing.T) {
	for _, format := range coverageFormats {
		body := coverageBody(t, format)
		for i, line := range strings.Split(strings.TrimSuffix(body, "\n"), "\n") {
			if strings.Contains(line, "${{") || strings.ContainsAny(line, "\t\r") || strings.TrimRight(line, " ") != line {
				t.Errorf("coverage-%s: line %d %q: holds an expression, a tab or trailing space", format, i+1, line)
			}
			if len(line) > 110 {
				t.Errorf("coverage-%s: line %d is %d columns wide, at most 110 fit a review", format, i+1, len(line))
			}
		}
	}
}
