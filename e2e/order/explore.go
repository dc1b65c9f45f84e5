package order

import (
	"crypto/sha256"
	"fmt"
	"runtime"
	"sync"
)

// Result is the result of an exploration.
type Result struct {
	// States are those that were visited, Ends those of them at which a story may end, and
	// Jobs how often a job was run for real.
	States, Ends, Jobs int
	// Events is the length of the longest stories that were tried.
	Events int
	// Whole says that no story was left out because it is too long.
	Whole bool
	// Failure is a shortest story that breaks a rule, or nil.
	Failure *Failure
}

func (r Result) String() string {
	bound := "stories of any length"
	if !r.Whole {
		bound = fmt.Sprintf("stories of up to %d events", r.Events)
	}
	return fmt.Sprintf("%s: %d states, %d ends of stories, %d jobs run", bound, r.States, r.Ends, r.Jobs)
}

// Failure is a story, with what is wrong at its end.
type Failure struct {
	Rule, What string
	Story      []Event
}

// step is how a state was reached first.
type step struct {
	before int
	event  Event
}

// moment of an exploration: a state, and its number.
type reached struct {
	*State
	number int
}

// Explore tries all stories of the model's plan, the shorter ones first, and stops at the
// first that breaks a rule.
func (m *Model) Explore() (Result, error) {
	first, err := m.begin()
	if err != nil {
		return Result{}, err
	}
	began := m.jobs.Load()
	known := map[[sha256.Size]byte]bool{first.key(): true}
	steps := []step{{before: -1}}
	result := Result{Whole: true}
	for level := []reached{{first, 0}}; len(level) > 0; {
		if err := m.judge(level, steps, &result); err != nil || result.Failure != nil {
			return result, err
		}
		if m.Plan.Events > 0 && result.Events == m.Plan.Events {
			result.Whole = false
			break
		}
		next, err := m.expand(level)
		if err != nil {
			return result, err
		}
		if level = m.fresh(level, next, known, &steps); len(level) > 0 {
			result.Events++
		}
		result.States, result.Jobs = len(steps), int(m.jobs.Load()-began)
	}
	return result, nil
}

// judge checks the states of a level at which a story may end with the rules.
func (m *Model) judge(level []reached, steps []step, result *Result) error {
	for _, at := range level {
		quiet, err := m.quiet(at.State)
		if err != nil {
			return err
		}
		if !quiet {
			continue
		}
		result.Ends++
		if rule, what := m.wrong(at.State); what != "" {
			result.Failure = &Failure{rule, what, path(steps, at.number)}
			return nil
		}
	}
	return nil
}

// successor is a state that an event leads to.
type successor struct {
	*State
	event Event
	key   [sha256.Size]byte
}

// expand finds the states after each of a level, on all processors.
func (m *Model) expand(level []reached) ([][]successor, error) {
	out := make([][]successor, len(level))
	errs := make([]error, len(level))
	var wait sync.WaitGroup
	work := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for i := range work {
				out[i], errs[i] = m.successors(level[i].State)
			}
		})
	}
	for i := range level {
		work <- i
	}
	close(work)
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (m *Model) successors(s *State) ([]successor, error) {
	events, err := m.events(s)
	if err != nil {
		return nil, err
	}
	var out []successor
	for _, e := range events {
		after, err := m.after(s, e)
		if err != nil {
			return nil, err
		}
		out = append(out, successor{after, e, after.key()})
	}
	return out, nil
}

// fresh are the states that no shorter story has reached.
func (m *Model) fresh(level []reached, next [][]successor, known map[[sha256.Size]byte]bool, steps *[]step) (out []reached) {
	for i, successors := range next {
		for _, after := range successors {
			if known[after.key] {
				continue
			}
			known[after.key] = true
			*steps = append(*steps, step{level[i].number, after.event})
			out = append(out, reached{after.State, len(*steps) - 1})
		}
	}
	return out
}

// path is the story that reached a state.
func path(steps []step, number int) (out []Event) {
	for ; steps[number].before >= 0; number = steps[number].before {
		out = append([]Event{steps[number].event}, out...)
	}
	return out
}
