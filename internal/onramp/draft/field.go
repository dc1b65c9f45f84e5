package draft

import (
	"fmt"
	"reflect"
	"slices"
)

// Field is a field of a spec with the fields below it, in the order in which they were added. The zero value is the
// root of an empty spec.
type Field struct {
	key  string
	up   *Field
	kids []*Field
	// list is set if the kids are the elements of a list.
	list bool
	leaf *Setting
}

// find returns the field at a path, or nil.
func (f *Field) find(path ...string) *Field {
	for _, key := range path {
		if f == nil || f.list {
			return nil
		}
		i := slices.IndexFunc(f.kids, func(k *Field) bool { return k.key == key })
		if i < 0 {
			return nil
		}
		f = f.kids[i]
	}
	return f
}

// Has reports whether there is a field at a path.
func (f *Field) Has(path ...string) bool { return f.find(path...) != nil }

// Leaf returns the value at a path, or nil.
func (f *Field) Leaf(path ...string) *Setting {
	if at := f.find(path...); at != nil {
		return at.leaf
	}
	return nil
}

// First returns the first value at a path or below it, or nil.
func (f *Field) First(path ...string) *Setting {
	at := f.find(path...)
	switch {
	case at == nil:
		return nil
	case at.leaf != nil:
		return at.leaf
	}
	for _, k := range at.kids {
		if s := k.First(); s != nil {
			return s
		}
	}
	return nil
}

// Items returns the elements of the list at a path.
func (f *Field) Items(path ...string) []*Field {
	if at := f.find(path...); at != nil && at.list {
		return slices.Clone(at.kids)
	}
	return nil
}

// Remove removes the field at a path, and reports whether there was one.
func (f *Field) Remove(path ...string) bool {
	at := f.find(path...)
	if at != nil {
		at.remove()
	}
	return at != nil
}

// Put sets the value at a path, and returns it so that the caller can add notes.
func (f *Field) Put(s Setting, path ...string) *Setting {
	at := f.make(path)
	at.leaf = &s
	return at.leaf
}

// Append adds an element to the list at a path.
func (f *Field) Append(path ...string) *Field {
	list := f.make(path)
	list.list = true
	return list.add(fmt.Sprint(len(list.kids)))
}

// make returns the field at a path, which it adds if it is missing.
func (f *Field) make(path []string) *Field {
	for _, key := range path {
		next := f.find(key)
		if next == nil {
			next = f.add(key)
		}
		f = next
	}
	return f
}

func (f *Field) add(key string) *Field {
	k := &Field{key: key, up: f}
	f.kids = append(f.kids, k)
	return k
}

// remove removes a field, and parents that become empty.
func (f *Field) remove() {
	for f.up != nil {
		up := f.up
		up.kids = slices.DeleteFunc(up.kids, func(k *Field) bool { return k == f })
		if len(up.kids) > 0 {
			return
		}
		f = up
	}
}

// path returns the path of the field as an author would write it.
func (f *Field) path() string {
	if f.up == nil || f.up.up == nil {
		return f.key
	}
	if f.up.list {
		return fmt.Sprintf("%s[%d]", f.up.path(), slices.Index(f.up.kids, f))
	}
	return f.up.path() + "." + f.key
}

// source returns the first line from which something in the field was read.
func (f *Field) source() SourceLine {
	if f.leaf != nil {
		return f.leaf.From
	}
	for _, k := range f.kids {
		if at := k.source(); at.Known() {
			return at
		}
	}
	return SourceLine{}
}

// Keys are the names of the fields below a path, in the order in which they were added.
func (f *Field) Keys(path ...string) []string {
	at := f.find(path...)
	if at == nil || at.list {
		return nil
	}
	var out []string
	for _, k := range at.kids {
		out = append(out, k.key)
	}
	return out
}

// Value is that at a path, nil for none.
func (f *Field) Value(path ...string) any {
	if s := f.Leaf(path...); s != nil {
		return s.Value
	}
	return nil
}

// Same reports whether the values at two paths and below them are the same, wherever they were read.
func (f *Field) Same(a, b []string) bool {
	if !f.Has(a...) || !f.Has(b...) || !reflect.DeepEqual(f.Value(a...), f.Value(b...)) || len(f.Keys(a...)) != len(f.Keys(b...)) {
		return false
	}
	return !slices.ContainsFunc(f.Keys(a...), func(key string) bool {
		return !f.Same(append(slices.Clone(a), key), append(slices.Clone(b), key))
	})
}

// Copy puts the values at a path and below it at another one.
func (f *Field) Copy(from, to []string) {
	if s := f.Leaf(from...); s != nil {
		f.Put(*s, to...)
	}
	for _, key := range f.Keys(from...) {
		f.Copy(append(slices.Clone(from), key), append(slices.Clone(to), key))
	}
}
