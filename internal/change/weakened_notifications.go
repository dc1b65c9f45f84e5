package change

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/plan"
)

// notificationDropped finds those who are no longer notified of something in an environment that stays, and runs that fail
// without a message.
func notificationDropped(a, b *view, add report) {
	after := environments(b)
	for _, before := range a.plan.Environments {
		now, stays := after[before.Name]
		if !stays {
			continue
		}
		notified := hears(now)
		lost := map[string][]string{}
		var who []string
		for _, h := range hears(before) {
			if slices.Contains(notified, h) {
				continue
			}
			if lost[h[0]] == nil {
				who = append(who, h[0])
			}
			lost[h[0]] = append(lost[h[0]], h[1])
		}
		for _, w := range who {
			add(now.Name+w, now.Path+".notify", "%s is no longer notified of %s in %s.", w, strings.Join(lost[w], ", "), now.Name)
		}
	}
	if n := a.plan.Notice; n != nil && b.plan.Notice == nil {
		add(n.Path, n.Path, "Nobody is told any more when a run fails.")
	}
}

// hears are those who are notified, each with the trigger.
func hears(e plan.Environment) (out [][2]string) {
	for _, s := range e.Subscriptions {
		if len(s.Recipients) == 0 {
			out = append(out, [2]string{"The webhook " + s.Service, s.Trigger})
		}
		for _, r := range s.Recipients {
			out = append(out, [2]string{r + " (" + s.Service + ")", s.Trigger})
		}
	}
	return out
}
