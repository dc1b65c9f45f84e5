package forge

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"
)

// pull is a pull request between two branches of a repository.
type pull struct {
	number                  int
	title, body, head, base string
	opened, changed, closed time.Time
	// headSHA and baseSHA are the branches when somebody last looked, and stay as they
	// are once it is closed; merged is the commit that it became, "" for none.
	headSHA, baseSHA, merged string
	// approved is the head that a person has approved, "" for none: an approval holds for
	// what the person has seen.
	approved string
	// labels are those that it has, in the order in which it got them, and comments what people and jobs wrote under it.
	labels, comments []string
	// waits is set while it is to merge itself once the rules are met.
	waits bool
}

// open reports whether it is neither merged nor closed.
func (p pull) open() bool { return p.closed.IsZero() }

// subject is the first line of the commit that it becomes.
func (p pull) subject() string { return fmt.Sprintf("%s (#%d)", p.title, p.number) }

// latest is a pull request with its branches as they are.
func (f *Forge) latest(ctx context.Context, b bare, number int) (pull, error) {
	f.mutex.Lock()
	pulls := f.of(b.repository).pulls
	if number < 1 || number > len(pulls) {
		f.mutex.Unlock()
		return pull{}, notFound()
	}
	now := *pulls[number-1]
	f.mutex.Unlock()
	if now.open() {
		now.headSHA = cmp.Or(b.branch(ctx, now.head), now.headSHA)
		now.baseSHA = cmp.Or(b.branch(ctx, now.base), now.baseSHA)
	}
	return now, nil
}

// edit changes a pull request while nobody else changes one, unless the change fails.
func (f *Forge) edit(ctx context.Context, b bare, number int, change func(*pull) error) (pull, error) {
	f.turn.Lock()
	defer f.turn.Unlock()
	p, err := f.latest(ctx, b, number)
	if err != nil {
		return p, err
	}
	if err := change(&p); err != nil {
		return p, err
	}
	p.changed = time.Now()
	f.change(b.repository, func(r *record) { *r.pulls[number-1] = p })
	return p, nil
}

// rival reports whether another pull request between the same branches is open.
func (r *record) rival(p pull) bool {
	for _, o := range r.pulls {
		if o.open() && o.number != p.number && o.head == p.head && o.base == p.base {
			return true
		}
	}
	return false
}

// owned is a branch as GitHub names it outside its repository: OWNER:BRANCH.
func owned(repository, branch string) string {
	owner, _, _ := strings.Cut(repository, "/")
	return owner + ":" + branch
}
