package report

import (
	"github.com/pipegen/pipegen/internal/live/setup"
)

// Setup is what became of each step that is taken once.
func Setup(parts []setup.Part, next string) Document {
	styles := map[setup.State]Style{setup.There: Good, setup.Done: Good, setup.Useless: Good, setup.ByHand: Hint, setup.Failed: Bad, setup.Waits: Doubtful, setup.Left: Plain}
	p := Part{Width: 8}
	var states []setup.State
	for _, one := range parts {
		states = append(states, one.State)
		e := Entry{Line: words(string(one.State), styles[one.State], "%s", one.Step)}
		if one.Says != "" {
			e.Below = append(e.Below, Say("%s", one.Says))
		}
		if one.State != setup.There && one.State != setup.Useless {
			for _, c := range one.Commands {
				e.Below = append(e.Below, Say("$ %s", c))
			}
		}
		p.Entries = append(p.Entries, e)
	}
	_, stopped := setup.Stopped(parts)
	return Document{
		Parts: []Part{p}, Next: next,
		Summary: counted(states, setup.Done, setup.There, setup.Useless, setup.ByHand, setup.Failed, setup.Waits, setup.Left),
		Data: struct {
			Version int `json:"version"`
			// OK is set where nothing has failed and nothing waits.
			OK    bool         `json:"ok"`
			Parts []setup.Part `json:"parts"`
		}{jsonVersion, !stopped, parts},
	}
}
