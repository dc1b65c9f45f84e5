package order

import (
	"slices"
	"testing"
)

func members(runs ...int) (out []Member) {
	for _, run := range runs {
		out = append(out, Member{Run: run})
	}
	return out
}

func TestLine(t *testing.T) {
	single, most, cancels := Concurrency{Group: "g"}, Concurrency{Group: "g", Queue: "max"}, Concurrency{Group: "g", CancelInProgress: true}
	for _, c := range []struct {
		name            string
		rule            Concurrency
		come            []int
		line, cancelled []Member
	}{
		{"the first one runs", single, []int{1}, members(1), nil},
		{"one waits", single, []int{1, 2}, members(1, 2), nil},
		{"a newcomer cancels the one that waits", single, []int{1, 3, 2}, members(1, 2), members(3)},
		{"an unknown word is single", Concurrency{Queue: "maximum"}, []int{1, 3, 2}, members(1, 2), members(3)},
		{"all wait", most, []int{1, 3, 2}, members(1, 3, 2), nil},
		{"a newcomer cancels the one that runs", cancels, []int{1, 2}, members(2), members(1)},
	} {
		var line Line
		var cancelled []Member
		for _, run := range c.come {
			var gone []Member
			line, gone = line.enter(Member{Run: run}, c.rule)
			cancelled = append(cancelled, gone...)
		}
		if !slices.Equal(line, Line(c.line)) || !slices.Equal(cancelled, c.cancelled) {
			t.Errorf("%s: the line is %v and %v are cancelled", c.name, line, cancelled)
		}
	}
}

// TestLineIsServedInOrder: who leaves makes room for the one that has waited longest, and
// who gives up waiting is not missed.
func TestLineIsServedInOrder(t *testing.T) {
	line := Line(members(1, 2, 3, 4)).leave(Member{Run: 3}).leave(Member{Run: 1})
	if !line.runs(Member{Run: 2}) || line.runs(Member{Run: 4}) || !slices.Equal(line, Line(members(2, 4))) {
		t.Errorf("the line is %v", line)
	}
}

// TestLineIsFull: one runs and 100 wait; what comes then is cancelled, and nobody else.
func TestLineIsFull(t *testing.T) {
	var line Line
	for run := range 1 + longest {
		var cancelled []Member
		if line, cancelled = line.enter(Member{Run: run}, Concurrency{Queue: "max"}); cancelled != nil {
			t.Fatalf("%v are cancelled by %d", cancelled, run)
		}
	}
	after, cancelled := line.enter(Member{Run: 1000}, Concurrency{Queue: "max"})
	if !slices.Equal(after, line) || !slices.Equal(cancelled, members(1000)) {
		t.Errorf("the line has %d members, and %v are cancelled", len(after), cancelled)
	}
}
