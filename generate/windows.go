package generate

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// schedulesFit refuses what Argo CD cannot read: with one such window it syncs no application of the project.
func schedulesFit(s input) diag.List {
	var out diag.List
	for i, w := range s.ArgoCD.SyncWindows {
		if s, faults := parseSchedule(w.Schedule); len(faults) > 0 {
			fault := strings.Join(faults, "; ")
			if s.SpecSchedule != nil {
				fault += ", and Argo CD takes a window that never begins for one that is always open"
			}
			at := schema.Item("argocd.syncWindows", i) + ".schedule"
			out = append(out, diag.Diagnostic{Code: diag.BadValue, Path: at,
				Message: fmt.Sprintf("%s is %q: %s", at, w.Schedule, fault),
				Help:    `the fields are minute, hour, day of month, month and day of week, for example "0 18 * * 5": Fridays at 18:00 UTC`})
		}
	}
	return out
}

// windowsOnce: Argo CD tells windows apart by kind, schedule and duration, and refuses
// a project with two that are the same.
func windowsOnce(s input) diag.List {
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

// closedSide is the side of a window on which not even a person may sync. Where a project allows some times, it forbids
// all others (A21).
func closedSide(w schema.SyncWindow, open bool) string {
	switch {
	case w.ManualSync:
		return ""
	case w.Kind == "deny":
		return plan.ClosedInside
	case open:
		return ""
	}
	return plan.ClosedOutside
}

// alwaysOpen reports whether the windows that allow syncs cover every minute of a year.
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
