package change

import (
	"fmt"
	"slices"

	"github.com/pipegen/pipegen/internal/plan"
)

// startChanged finds environments whose deploys something else starts than before.
func startChanged(a, b *view, add report) {
	starts := func(p plan.Plan, e plan.Environment) string {
		switch one := p.Promotion(e); {
		case e.Promoted == "":
			return "by the runs that build"
		case e.Promotes():
			return by(one)
		default:
			return "by the promotion to " + one.To
		}
	}
	after := environments(b)
	for _, before := range a.plan.Environments {
		now, stays := after[before.Name]
		if !stays {
			continue
		}
		if was, is := starts(a.plan, before), starts(b.plan, now); was != is {
			add(now.Name, now.Path+".on", "%s is deployed to %s, and no longer %s.", now.Name, is, was)
		}
	}
}

// by is what starts a promotion, with the type of the release.
func by(p plan.Promotion) string {
	p.Soak, p.Gates, p.Figures = 0, nil, nil
	if p.Release != "" {
		return fmt.Sprintf("%s (%s)", p.Starts(), p.Release)
	}
	return p.Starts()
}

// soakLowered finds promotions of images that need not have run for as long as before.
func soakLowered(a, b *view, add report) {
	for _, before := range a.plan.Promotions {
		for _, now := range b.plan.Promotions {
			if now.To == before.To && now.Soak < before.Soak {
				add(now.To, b.plan.Environment(now.To).Path+".soak", "What is promoted to %s need not have run in %s for as long as before.", now.To, now.From)
			}
		}
	}
}

// gateDropped finds promotions that no longer wait for a criterion.
func gateDropped(a, b *view, add report) {
	for _, before := range a.plan.Promotions {
		for _, now := range b.plan.Promotions {
			if now.To != before.To {
				continue
			}
			for _, id := range before.GatedBy() {
				if !slices.Contains(now.GatedBy(), id) {
					add(now.To, b.plan.Environment(now.To).Path+".gates", "What is promoted to %s need no longer have kept %s in its run.", now.To, id)
				}
			}
			for _, id := range before.Asked() {
				if !slices.Contains(now.Asked(), id) {
					add(now.To, b.plan.Environment(now.To).Path+".gates", "What is promoted to %s need no longer keep %s in %s.", now.To, id, before.From)
				}
			}
		}
	}
}
