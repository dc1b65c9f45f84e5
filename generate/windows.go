package generate

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/schema"
)

// schedulesFit refuses what Argo CD cannot read: one such window, and it syncs no
// application of the project.
func schedulesFit(s schema.Spec) diag.List {
	var out diag.List
	for i, w := range s.ArgoCD.SyncWindows {
		if _, faults := parseSchedule(w.Schedule); len(faults) > 0 {
			at := schema.Item("argocd.syncWindows", i) + ".schedule"
			out = append(out, diag.Diagnostic{Code: diag.BadValue, Path: at,
				Message: fmt.Sprintf("%s is %q: %s", at, w.Schedule, strings.Join(faults, "; ")),
				Help:    `the fields are minute, hour, day of month, month and day of week, for example "0 18 * * 5": Fridays at 18:00 UTC`})
		}
	}
	return out
}

// windowsOnce: Argo CD tells windows apart by kind, schedule and duration, and refuses
// a project with two that are the same.
func windowsOnce(s schema.Spec) diag.List {
	var out diag.List
	first := map[schema.SyncWindow]int{}
	for i, w := range s.ArgoCD.SyncWindows {
		w.ManualSync = false
		other, taken := first[w]
		if !taken {
			first[w] = i
			continue
		}
		at := schema.Item("argocd.syncWindows", i)
		out = append(out, diag.Diagnostic{Code: diag.Duplicate, Path: at,
			Message: fmt.Sprintf("%s has the kind, schedule and duration of %s, and Argo CD refuses a project with two such windows", at, schema.Item("argocd.syncWindows", other)),
			Help:    "keep one"})
	}
	return out
}

// rollbackInWindow: a time in which Argo CD may not sync holds a rollback up as
// well (T29).
func rollbackInWindow(s schema.Spec) diag.List {
	c, _, ok := promiseOf(s, "rollback")
	if !ok {
		return nil
	}
	var out diag.List
	for _, w := range closing(s) {
		out = append(out, diag.Diagnostic{Code: diag.Contradiction, Rule: "T29", Path: w.at,
			Message: fmt.Sprintf("%s, which blocks the rollback that criterion %s promises within %s", w.says, c.ID, c.Value.Rollback.Within),
			Help:    fmt.Sprintf("set manualSync: true, so that a person may sync %s it", w.closed)})
	}
	return out
}

// syncedInWindow: nothing is synced while the windows forbid it, but what waits is
// synced after that (T29).
func syncedInWindow(s schema.Spec) diag.List {
	c, _, ok := promiseOf(s, "synced")
	if !ok {
		return nil
	}
	var out diag.List
	for _, w := range closing(s) {
		out = append(out, diag.Diagnostic{Code: diag.Contradiction, Rule: "T29", Severity: diag.Warning, Path: w.at,
			Message: fmt.Sprintf("%s, but criterion %s promises a sync within %s", w.says, c.ID, c.Value.Synced.Within),
			Help:    fmt.Sprintf("the clock starts once syncs are allowed again; say so in the statement, or set manualSync: true, so that a person may sync %s it", w.closed)})
	}
	return out
}

// closedBy is a window that leaves times in which nobody may sync.
type closedBy struct {
	at string
	// says is the sentence about it, and closed the word for its side: in or outside of it.
	says, closed string
}

// closing are the windows in which not even a person may sync, and those outside of
// which nobody may: where a project allows some times, it forbids all others (A21).
func closing(s schema.Spec) []closedBy {
	open := alwaysOpen(s.ArgoCD.SyncWindows)
	var out []closedBy
	for i, w := range s.ArgoCD.SyncWindows {
		c := closedBy{at: schema.Item("argocd.syncWindows", i)}
		switch {
		case w.ManualSync:
			continue
		case w.Kind == "deny":
			c.says, c.closed = fmt.Sprintf("Argo CD syncs nothing in this window of %s", w.Duration), "in"
		case open:
			continue
		default:
			c.says, c.closed = fmt.Sprintf("Argo CD syncs nothing outside of the windows that allow it, such as this one of %s", w.Duration), "outside of"
		}
		out = append(out, c)
	}
	return out
}

// alwaysOpen reports whether the windows that allow syncs leave no minute of a year out.
func alwaysOpen(windows []schema.SyncWindow) bool {
	const year = 366 * 24 * time.Hour
	type allowed struct {
		schedule
		lasts time.Duration
	}
	var all []allowed
	longest := time.Duration(0)
	for _, w := range windows {
		s, faults := parseSchedule(w.Schedule)
		if w.Kind == "allow" && len(faults) == 0 {
			lasts := min(time.Duration(w.Duration), year)
			all, longest = append(all, allowed{s, lasts}), max(longest, lasts)
		}
	}
	// Windows that began earlier may still be open on the first day.
	const perDay = 24 * 60
	first := time.Date(2028, time.January, 1, 0, 0, 0, 0, time.UTC)
	until := -perDay * 366 * 2 // in minutes from the first day on, as all below
	for day := -int(longest.Hours()/24) - 1; day < 366; day++ {
		date := first.AddDate(0, 0, day)
		today := slices.DeleteFunc(slices.Clone(all), func(w allowed) bool { return !w.onDay(date) })
		for minute := range perDay {
			now := day*perDay + minute
			for _, w := range today {
				if w.at(minute/60, minute%60) {
					until = max(until, now+int(w.lasts.Minutes()))
				}
			}
			if now >= 0 && until <= now {
				return false
			}
		}
	}
	return true
}
