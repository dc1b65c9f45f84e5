package report

import "github.com/pipegen/pipegen/internal/live/revert"

// mostDeploys is how many deploys of an environment are listed.
const mostDeploys = 10

// listed are the deploys to show, and how many older ones are left out. The state
// before the first deploy is none.
func listed(history []revert.Deploy) (shown []revert.Deploy, more int) {
	history = revert.Known(history)
	n := min(len(history), mostDeploys)
	return history[:n], len(history) - n
}
