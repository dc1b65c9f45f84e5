package diagnose

import (
	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/live/prometheus"
	"github.com/pipegen/pipegen/internal/live/remote"
)

// figureCauses are the causes if nobody knows how requests are answered. A version that does not run gets none.
func figureCauses() []Cause {
	return []Cause{{ID: "no-figures", Statement: "Prometheus has no figures of the requests, so that no promise about them is kept or broken", rest: true,
		Tested: "it was asked for those of a criterion available, by the address in prometheus.outside; a login that is missing or refused says nothing",
		Remedy: "open the address in prometheus.outside, and compare it with the spec", test: noFigures}}
}

func noFigures(p delivery, e environment) *answer {
	if len(e.Figures) == 0 {
		return excluded("the spec has nothing asked of Prometheus from here")
	}
	for _, f := range e.Figures {
		if f.Answer.Known {
			continue
		}
		remedy := ""
		switch f.Answer.Kind {
		case "", remote.Refused, remote.RateLimited, remote.Unauthorized, remote.Forbidden:
			return lacking(f.Answer)
		case prometheus.None:
			remedy = "where somebody has called " + f.Workload + ", see in Prometheus which of these series it has, and compare their names and labels with prometheus in the spec: " + f.Requests
		}
		return found(f.Answer.Why, remedy, criteria.Evidence{What: "Prometheus", URL: f.Server, At: p.facts.At})
	}
	return excluded("Prometheus has figures")
}
