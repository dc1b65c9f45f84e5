package fromsource

import (
	"cmp"
	"slices"

	"github.com/pipegen/pipegen/internal/onramp/detect"
	"github.com/pipegen/pipegen/internal/onramp/draft"
	"github.com/pipegen/pipegen/internal/onramp/guess"
)

// several adds the processes of one image or of several. An image has tests of its own if it is built in a folder of
// its own.
func (d *Draft) several(project detect.Project, processes []detect.Process) {
	parts := project.Parts
	if len(parts) == 0 {
		parts = []detect.Part{{Name: d.text("name"), Project: project}}
	}
	images := names(parts, func(p detect.Part) string { return p.Name })
	if len(parts) == 1 {
		images[0] = ""
	}
	of := make([]draft.Settings, len(parts))
	var built, covered []fragment
	tested, ids := false, map[string]bool{}
	for i, p := range parts {
		if !slices.ContainsFunc(processes, func(r detect.Process) bool { return r.Part == i }) {
			continue
		}
		s, test := guess.Part(p)
		image := fragment{"image", images[i], "images/" + images[i] + "/"}
		built = append(built, image)
		alone := len(parts) > 1 && p.Project.Subfolder != project.Subfolder
		switch {
		case alone:
			built = append(built, fragment{test, images[i], image.under})
			s["of"] = draft.Setting{Value: []string{images[i]}}
		case !tested:
			tested = true
			d.fragments = append(d.fragments, fragment{name: test, under: image.under})
		}
		if s[guess.Coverage].Value != nil && (alone || len(parts) == 1) {
			id := ""
			if images[i] != "" {
				id = draft.Free(draft.Name("covered-"+images[i], draft.LongestName), ids)
			}
			covered = append(covered, fragment{guess.Coverage, id, image.under})
		}
		of[i] = s
		d.take(image.under, s)
	}
	d.registry()
	d.fragments = append(d.fragments, built...)
	d.workloads(processes, images, of)
	d.add("environments", "gitops", "criteria")
	d.fragments = append(d.fragments, covered...)
	d.add("nongoals", d.selfCheck)
}

// workloads adds what runs.
func (d *Draft) workloads(processes []detect.Process, images []string, of []draft.Settings) {
	keys := names(processes, func(p detect.Process) string { return p.Name })
	var staying []string
	for i, p := range processes {
		if !p.First {
			staying = append(staying, keys[i])
		}
	}
	port := d.settings["port"]
	for i, p := range processes {
		s := guess.Process(p, of[p.Part])
		f := fragment{"deploy", keys[i], "workloads/" + keys[i] + "/"}
		if images[p.Part] != "" {
			s["runs"] = draft.Setting{Value: images[p.Part]}
		}
		switch {
		case p.First:
			f.name = "job"
			s["before"] = draft.Setting{Value: staying}
		case p.Worker:
			f.name = "worker"
		case port.Flag != "":
			s["port"], port = port, draft.Setting{}
		}
		d.take(f.under, s)
		d.fragments = append(d.fragments, f)
	}
	if !slices.ContainsFunc(processes, func(p detect.Process) bool { return !p.Worker }) {
		delete(d.settings, "answers")
		delete(d.settings, "answersWithin")
	}
}

// take adds settings whose names begin as given.
func (d *Draft) take(under string, s draft.Settings) {
	for name, v := range s {
		d.settings[under+name] = v
	}
}

// names gives each of some things a name of its own.
func names[T any](all []T, of func(T) string) []string {
	used := map[string]bool{}
	var out []string
	for _, a := range all {
		out = append(out, draft.Free(cmp.Or(draft.Name(of(a), draft.LongestName), "app"), used))
	}
	return out
}
