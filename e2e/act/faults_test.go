package act

import (
	"strings"
	"testing"
)

// TestRegistryDown: an image that cannot be pushed is not deployed, and the same
// run succeeds once the registry is back.
func TestRegistryDown(t *testing.T) {
	w := newWorld(t)
	before := w.Head(t)
	push := w.Develop(t, "version = 2")
	w.RegistryDown.Store(true)
	result := w.Run(t, push)
	result.Want(t, "gate=failure publish=failure,failure test=success")
	if !result.Has("error", "503 Service Unavailable") {
		t.Errorf("no error has the registry's words: %+v", result.Notes)
	}
	if now := w.Head(t); now != before {
		t.Errorf("without an image, the deploy made the commit %s", now)
	}
	w.RegistryDown.Store(false)
	w.Run(t, push).Want(t, allGreen)
	w.deployed(t, before, w.Published(t, push.SHA))
}

// TestTagUnknown: a registry that errs when it is asked for a tag has not said that the tag
// is free. The job asks three times, names nothing, and says why.
func TestTagUnknown(t *testing.T) {
	w := newWorld(t)
	before := w.Head(t)
	push := w.Develop(t, "version = 2")
	w.TagsDown.Store(1000)
	result := w.Run(t, push)
	result.Want(t, "gate=failure image=failure publish=success,success test=success")
	if !result.Has("error", "The registry does not say whether "+w.Image+":main-"+push.SHA[:7]+" is free: docker (stand-in): ERROR: unexpected status from HEAD request to https://ghcr.io/v2/: 503 Service Unavailable") {
		t.Errorf("no error has the registry's words: %+v", result.Notes)
	}
	if asked := 1000 - w.TagsDown.Load(); asked != 3 {
		t.Errorf("the registry was asked %d times", asked)
	}
	if now := w.Head(t); now != before {
		t.Errorf("without an image, the deploy made the commit %s", now)
	}
	w.TagsDown.Store(2)
	w.Run(t, push).Want(t, allGreen)
	w.deployed(t, before, w.Published(t, push.SHA))
}

// TestLostRunner: a runner that goes away between the commit and the push has changed
// nothing, and the next run of the same commit deploys it.
func TestLostRunner(t *testing.T) {
	w := newWorld(t)
	before := w.Head(t)
	push := w.Develop(t, "version = 2")
	lost := push
	lost.Stop = w.BeforePush(t)
	result := w.Run(t, lost)
	if result.OK || !strings.Contains(result.Results(), "image=success") || strings.Contains(result.Results(), "deploy") {
		t.Fatalf("the runner was not lost in the middle of the deploy: %s", result.Results())
	}
	if now := w.Head(t); now != before {
		t.Errorf("the lost runner had pushed %s", now)
	}
	w.Run(t, push).Want(t, allGreen)
	w.deployed(t, before, w.Published(t, push.SHA))
}
