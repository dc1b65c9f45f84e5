package forge

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Approve is a person who approves what a pull request proposes now. If it is to merge
// itself, and nothing else is in its way, it does so before Approve returns.
func (f *Forge) Approve(ctx context.Context, repository string, number int) error {
	return f.act(repository, number, func(b bare) error {
		p, err := f.edit(ctx, b, number, func(p *pull) error {
			p.approved = p.headSHA
			return nil
		})
		if err == nil && p.waits && f.mergeable(ctx, b, p) == clean {
			_, err = f.squash(ctx, b, number, wish{})
		}
		return err
	})
}

// Merge is a person who merges a pull request, subject to the rules.
func (f *Forge) Merge(ctx context.Context, repository string, number int) error {
	return f.act(repository, number, func(b bare) error {
		_, err := f.squash(ctx, b, number, wish{})
		return err
	})
}

// Open is a person who opens a pull request, and returns its number.
func (f *Forge) Open(ctx context.Context, repository, head, base string) (number int, err error) {
	b, ok := f.find(repository)
	if !ok {
		return 0, notFound()
	}
	p, err := f.open(ctx, b, head, "", head, base)
	return p.number, err
}

// Label is a person who gives a pull request a label, and Unlabel one who takes it away.
func (f *Forge) Label(repository string, number int, name string) {
	f.change(repository, func(r *record) { r.pulls[number-1].labels = append(slices.Clone(r.pulls[number-1].labels), name) })
}

func (f *Forge) Unlabel(repository string, number int, name string) {
	f.change(repository, func(r *record) {
		r.pulls[number-1].labels = slices.DeleteFunc(slices.Clone(r.pulls[number-1].labels), func(l string) bool { return l == name })
	})
}

// Labels are those that a pull request has.
func (f *Forge) Labels(repository string, number int) []string {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return slices.Clone(f.of(repository).pulls[number-1].labels)
}

// Reject is a person who closes a pull request without merging it.
func (f *Forge) Reject(ctx context.Context, repository string, number int) error {
	return f.act(repository, number, func(b bare) error {
		_, err := f.edit(ctx, b, number, func(p *pull) error {
			p.end()
			return nil
		})
		return err
	})
}

// end closes a pull request that is open. It does not merge itself any more.
func (p *pull) end() {
	if p.open() {
		p.closed, p.waits = time.Now(), false
	}
}

// act does something to a pull request and says to which if that fails.
func (f *Forge) act(repository string, number int, do func(bare) error) error {
	b, ok := f.find(repository)
	err := notFound()
	if ok {
		err = do(b)
	}
	if err != nil {
		return fmt.Errorf("pull request %d of %s: %w", number, repository, err)
	}
	return nil
}
