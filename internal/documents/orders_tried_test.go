package documents

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestOrdersTried keeps the table of what e2e/order tries, and the list of the
// guards that it removes, equal to those of that room's tests.
func TestOrdersTried(t *testing.T) {
	type extent struct{ Events, States, Ends int }
	var tried map[string]struct{ Bounded, Whole extent }
	if err := json.Unmarshal([]byte(read(t, "../e2e/order/testdata/tried.json")), &tried); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("| what happens beside pushes, builds and approvals | `make test`: events | states | ends of stories | `make e2e`: states | ends of stories |\n|---|---|---|---|---|---|\n")
	for _, what := range slices.Sorted(maps.Keys(tried)) {
		some, all := tried[what].Bounded, tried[what].Whole
		if all.States < some.States || all.States == 0 {
			t.Errorf("%q was not tried as a whole: %+v", what, all)
		}
		bounded := "| | |"
		if some.States > 0 {
			bounded = fmt.Sprintf("%d | %d | %d |", some.Events, some.States, some.Ends)
		}
		fmt.Fprintf(&b, "| %s | %s %d | %d |\n", what, bounded, all.States, all.Ends)
	}
	var guards []string
	for _, m := range regexp.MustCompile(`\{name: "(.+?)", rule: "`).FindAllStringSubmatch(read(t, "../e2e/order/mutations_test.go"), -1) {
		guards = append(guards, "- "+m[1])
	}
	if len(guards) < 10 {
		t.Fatalf("only %d guards are removed", len(guards))
	}
	const document = "evidence.md"
	got := read(t, document)
	want := between(t, got, "<!-- tried -->\n", b.String(), "<!-- /tried -->\n")
	want = between(t, want, "<!-- guards -->\n", strings.Join(guards, "\n")+"\n", "<!-- /guards -->\n")
	settle(t, document, got, want)
}

// between replaces the text between two lines of a document.
func between(t *testing.T, document, begin, text, end string) string {
	t.Helper()
	before, rest, begun := strings.Cut(document, begin)
	_, after, ended := strings.Cut(rest, end)
	if !begun || !ended {
		t.Fatalf("there is no place between %q and %q", begin, end)
	}
	return before + begin + text + end + after
}
