package verdict

import (
	"context"
	"time"
)

// The pauses between two looks: short at first, and kind to GitHub's limits later.
const (
	// FirstPause is the one after the first look.
	FirstPause = 2 * time.Second
	lastPause  = 15 * time.Second
)

// View shows people each look, and ends when nothing more is to be seen.
type View interface {
	Show(v Verdict, left time.Duration) error
	End() error
}

// Watcher looks at a delivery until all is decided.
type Watcher struct {
	Now   func() time.Time
	Sleep func(context.Context, time.Duration) error
	// Look returns the verdict and whether any system answered.
	Look func() (Verdict, bool)
	// Timeout bounds the looks; 0 is for one look alone.
	Timeout time.Duration
	// View shows each look, nil for none.
	View View
}

// Watch returns the last look. An error means that the view could not be written.
func (w Watcher) Watch(ctx context.Context) (v Verdict, reached bool, err error) {
	end, answered := w.Now().Add(w.Timeout), false
	for pause := FirstPause; ; pause = min(pause*2, lastPause) {
		v, reached = w.Look()
		left := end.Sub(w.Now())
		if w.View != nil {
			if err := w.View.Show(v, max(left, 0)); err != nil {
				return v, reached, err
			}
		}
		// Where nobody has ever answered, it is not time that is wanting.
		answered = answered || reached
		if !answered || len(v.Pending()) == 0 || left <= 0 || w.Sleep(ctx, min(pause, left)) != nil {
			break
		}
	}
	if w.View != nil {
		err = w.View.End()
	}
	return v, reached, err
}
