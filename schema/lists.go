package schema

import (
	"cmp"
	"slices"

	"cuelang.org/go/cue"
)

// lists decodes what a spec may have several of. A short form becomes an entry with the pipeline's name.
func (s *Spec) lists(v cue.Value) (err error) {
	if s.Images, err = named[Image](v, s.Name, "image", "images"); err != nil {
		return err
	}
	if s.Workloads, err = named[Workload](v, s.Name, "deploy", "workloads"); err != nil {
		return err
	}
	if s.Environments, err = entries[Environment](v, "environments"); err != nil {
		return err
	}
	if s.Tests, err = named[Test](v, "", "test", "tests"); err != nil {
		return err
	}
	for i := range s.Tests {
		s.Tests[i].Value.At = place(v, "test", "tests", s.Tests[i].ID)
	}
	for i := range s.Images {
		image := &s.Images[i]
		image.Value.At = place(v, "image", "images", image.ID)
		if t := image.Value.Test; t != nil {
			t.At, t.Image, image.Value.Test = image.Value.At+".test", image.ID, nil
			s.Tests = append(s.Tests, Named[Test]{image.ID, *t})
		}
	}
	for i := range s.Workloads {
		if err := s.Workloads[i].Value.finish(v, s.Workloads[i].ID); err != nil {
			return err
		}
	}
	for i, e := range s.Environments {
		own := &s.Environments[i]
		if own.Value.Differences, err = s.differences(v, join("environments", e.ID)); err != nil {
			return err
		}
		at := join("environments", e.ID) + ".clusters"
		if own.Value.Clusters, err = entries[Site](v, at); err != nil {
			return err
		}
		if own.Value.Clusters == nil && v.LookupPath(cue.ParsePath(at)).Exists() {
			own.Value.Clusters = []Named[Site]{}
		}
		for n := range own.Value.Clusters {
			site := &own.Value.Clusters[n]
			if site.Value.Differences, err = s.differences(v, join(at, site.ID)); err != nil {
				return err
			}
		}
		if err := s.copies(v, own); err != nil {
			return err
		}
	}
	if s.Previews != nil {
		s.Previews.Differences, err = s.differences(v, "previews")
	}
	return err
}

// FollowName gives the entries of short forms the pipeline's name, for a spec whose name has been changed.
func (s *Spec) FollowName() {
	if len(s.Images) == 1 && s.Images[0].Value.At == "image" {
		s.Images[0].ID = s.Name
		for _, e := range s.Environments {
			for i := range e.Value.Copies {
				e.Value.Copies[i].ID = s.Name
			}
		}
	}
	if len(s.Workloads) != 1 || s.Workloads[0].Value.At != "deploy" {
		return
	}
	s.Workloads[0].ID = s.Name
	for _, e := range s.Environments {
		for i := range e.Value.Differences {
			e.Value.Differences[i].ID = s.Name
		}
		for _, c := range e.Value.Clusters {
			for i := range c.Value.Differences {
				c.Value.Differences[i].ID = s.Name
			}
		}
	}
	if s.Previews != nil {
		for i := range s.Previews.Differences {
			s.Previews.Differences[i].ID = s.Name
		}
	}
}

// named decodes a map, or the one entry that its short form is.
func named[T any](v cue.Value, name, short, long string) ([]Named[T], error) {
	one := v.LookupPath(cue.ParsePath(short))
	if !one.Exists() {
		return entries[T](v, long)
	}
	var out T
	return []Named[T]{{ID: name, Value: out}}, one.Decode(&out)
}

// place is where an entry of a map is in the spec: in its short form, or under its name.
func place(v cue.Value, short, long, id string) string {
	if v.LookupPath(cue.ParsePath(short)).Exists() {
		return short
	}
	return join(long, id)
}

func (w *Workload) finish(v cue.Value, id string) (err error) {
	w.At = place(v, "deploy", "workloads", id)
	if w.Volumes, err = entries[Volume](v, w.At+".volumes"); err != nil {
		return err
	}
	w.Init, err = entries[Container](v, w.At+".init")
	for i := range w.Init {
		w.Init[i].Value.At = join(w.At+".init", w.Init[i].ID)
	}
	return err
}

// differences decodes what an environment or the previews change in workloads: of the one workload in the short form, or by
// name.
func (s *Spec) differences(v cue.Value, at string) ([]Named[Difference], error) {
	own := v.LookupPath(cue.ParsePath(at))
	all, err := entries[Difference](own, "workloads")
	for i := range all {
		all[i].Value.At = join(at+".workloads", all[i].ID)
	}
	if len(s.Workloads) != 1 || len(all) > 0 || err != nil {
		return all, err
	}
	d := Difference{At: at}
	err = own.Decode(&d)
	return []Named[Difference]{{ID: s.Workloads[0].ID, Value: d}}, err
}

// copies decodes where pods of an environment pull images: the one image of the spec in the short form, or by name.
func (s *Spec) copies(v cue.Value, e *Named[Environment]) error {
	at, short := join("environments", e.ID), s.Name
	if len(s.Images) == 1 {
		short = s.Images[0].ID
	}
	own := v.LookupPath(cue.ParsePath(at))
	all, err := named[ImageCopy](own, short, "image", "images")
	for i := range all {
		c := &all[i]
		c.Value.At = at + "." + place(own, "image", "images", c.ID)
		if of := slices.IndexFunc(s.Images, func(i Named[Image]) bool { return i.ID == c.ID }); of >= 0 {
			c.Value.Name = cmp.Or(c.Value.Name, s.Images[of].Value.Name)
		}
	}
	e.Value.Copies = all
	return err
}
