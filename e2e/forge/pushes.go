package forge

import (
	"bufio"
	"context"
	"net/http"
	"strings"
	"time"
)

// push is a change of a ref: before a new one and after a deleted one the commit is
// none.
type push struct {
	id                 int64
	ref, before, after string
	// kind is GitHub's word for the activity.
	kind string
	at   time.Time
}

// PushedAt is when a commit became the head of a ref, such as refs/heads/main, at last;
// zero when it never was.
func (f *Forge) PushedAt(repository, ref, sha string) time.Time {
	for _, p := range f.pushes(repository) {
		if p.ref == ref && p.after == sha {
			return p.at
		}
	}
	return time.Time{}
}

// pushes lists those of a repository, the newest first.
func (f *Forge) pushes(repository string) []push {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return newestFirst(f.of(repository).pushes)
}

// received takes the lines that git gives to the hook of a repository.
func (f *Forge) received(answer http.ResponseWriter, request *http.Request) {
	b, ok := f.find(request.URL.Query().Get("repository"))
	if !ok {
		http.Error(answer, "no such repository", http.StatusNotFound)
		return
	}
	now := time.Now()
	for lines := bufio.NewScanner(request.Body); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) != 3 {
			http.Error(answer, "no line of a post-receive hook", http.StatusBadRequest)
			return
		}
		p := push{before: fields[0], after: fields[1], ref: fields[2], at: now}
		p.kind = b.kind(request.Context(), p)
		f.note(b, p)
	}
	answer.WriteHeader(http.StatusNoContent)
}

func (b bare) kind(ctx context.Context, p push) string {
	switch {
	case p.before == none:
		return "branch_creation"
	case p.after == none:
		return "branch_deletion"
	case !b.holds(ctx, p.after, p.before):
		return "force_push"
	}
	return "push"
}

// note records a push and notifies the webhook.
func (f *Forge) note(b bare, p push) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.last++
	p.id = f.last
	r := f.of(b.repository)
	r.pushes = append(r.pushes, p)
	if r.hook == nil || !r.hook.wants("push") || f.alive.Err() != nil {
		return
	}
	to := *r.hook
	f.deliveries.Go(func() { f.notify(b, p, to) })
}

func newestFirst[T any](all []T) []T {
	out := make([]T, 0, len(all))
	for i := range all {
		out = append(out, all[len(all)-1-i])
	}
	return out
}
