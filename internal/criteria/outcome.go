package criteria

import (
	"fmt"
	"time"

	"github.com/pipegen/pipegen/schema"
)

// Status is how a promise fares in a delivery.
type Status string

const (
	// Kept: it was measured, and holds.
	Kept Status = "kept"
	// Broken: it was measured, and does not hold.
	Broken Status = "broken"
	// Unmeasured: nothing can be said, for the reason given.
	Unmeasured Status = "unmeasured"
	// Manual: a person confirms it.
	Manual Status = "manual"
)

// Evidence is where a measurement comes from.
type Evidence struct {
	What string `json:"what"`
	// URL, Revision and At may be empty.
	URL      string    `json:"url"`
	Revision string    `json:"revision"`
	At       time.Time `json:"at"`
}

// Outcome is a status with what was measured.
type Outcome struct {
	Status Status `json:"status"`
	// Pending is set when an unmeasured outcome may be decided by waiting.
	Pending bool `json:"pending"`
	// Promised and Measured are in words. Measured says why not where nothing was.
	Promised string     `json:"promised"`
	Measured string     `json:"measured"`
	Evidence []Evidence `json:"evidence"`
}

// By is the outcome of a measurement.
func (s Status) By(measured string, e ...Evidence) Outcome {
	return Outcome{Status: s, Measured: measured, Evidence: e}
}

// Pending is the outcome while waiting may decide.
func Pending(why string, e ...Evidence) Outcome {
	return Outcome{Status: Unmeasured, Measured: why, Pending: true, Evidence: e}
}

// Fact is the answer to a question to a live system.
type Fact[T any] struct {
	Value T
	// Known is false where no answer was to be had; Why then says why, and Later that one may come by itself.
	Known bool
	Why   string
	Later bool
	// URL is where a person can look it up, "" where there is no page for it.
	URL string
}

// Missing is the outcome without the answer.
func (f Fact[T]) Missing(e ...Evidence) Outcome {
	return Outcome{Status: Unmeasured, Measured: f.Why, Pending: f.Later, Evidence: e}
}

// held compares the time between two moments with its limit.
func held(limit time.Duration, from string, start, end Evidence) Outcome {
	for _, e := range []Evidence{start, end} {
		if e.At.IsZero() {
			return Unmeasured.By("there is no time for: "+e.What, start, end)
		}
	}
	took := max(end.At.Sub(start.At), 0)
	measured := Took(took) + " " + from
	if took > limit {
		return Broken.By(measured, start, end)
	}
	return Kept.By(measured, start, end)
}

// awaited is the outcome while what is timed has not happened: broken as soon as the limit has passed.
func awaited(limit, since time.Duration, what string, e ...Evidence) Outcome {
	if since > limit {
		return Broken.By(fmt.Sprintf("%s after %s", what, Took(since)), e...)
	}
	return Pending(fmt.Sprintf("%s yet, %s of %s have passed", what, Took(max(since, 0)), schema.Short(limit)), e...)
}

// Took is a duration in words, to the second.
func Took(d time.Duration) string { return schema.Short(d.Round(time.Second)) }
