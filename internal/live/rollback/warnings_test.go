package rollback

import (
	"testing"
)

// TestWindow: a window of Argo CD that denies, or the time outside of one that
// allows.
func TestWindow(t *testing.T) {
	for _, c := range []struct {
		kind   string
		byHand bool
		want   string
	}{
		{"deny", false, "in the sync window of 1h from '0 8 * * *' (UTC) Argo CD syncs nothing, not even a rollback"},
		{"allow", false, "outside of the sync window of 1h from '0 8 * * *' (UTC) Argo CD syncs nothing, not even a rollback"},
		{"allow", true, "outside of the sync window of 1h from '0 8 * * *' (UTC) Argo CD syncs nothing by itself: type 'argocd app sync a' then"},
	} {
		if got := window(c.kind, "0 8 * * *", "1h", c.byHand, "'argocd app sync a'"); got != c.want {
			t.Errorf("%s", got)
		}
	}
}
