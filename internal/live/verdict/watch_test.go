package verdict_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/live/livetest"
	"github.com/pipegen/pipegen/internal/live/verdict"
	"github.com/pipegen/pipegen/internal/report"
)

// TestWatchStopped: an interrupt ends the watching with what was last seen.
func TestWatchStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	looks := 0
	w := verdict.Watcher{Now: livetest.Now, Timeout: time.Hour, View: report.NewVerifyProgress(&bytes.Buffer{}, 0),
		Sleep: func(ctx context.Context, _ time.Duration) error { cancel(); return ctx.Err() },
		Look: func() (verdict.Verdict, bool) {
			looks++
			return verdict.Verdict{Chain: []verdict.Result{{Outcome: criteria.Pending("")}}}, true
		}}
	if v, _, err := w.Watch(ctx); err != nil || looks != 1 || len(v.Pending()) != 1 {
		t.Errorf("%d looks: %v", looks, err)
	}
}
