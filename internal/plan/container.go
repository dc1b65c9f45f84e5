package plan

import (
	"maps"
	"slices"
)

// Container is one that runs in the pods of a workload before its program.
type Container struct {
	Path, Name string
	// Image is the name of the image that it runs, and ImagePath its place in the spec; "" where External is set.
	Image, External, ImagePath string
	Command, Args              []string
	// Sidecar says that it goes on beside the program, and Probes how it is asked then.
	Sidecar bool
	Probes  Probes
	// Seconds is how long a pod waits for it at the most, and Usual as a rule.
	Seconds, Usual int
	// SameVariables says that it has the variables of the program too.
	SameVariables bool
	Env           map[string]string
	Reads         Reads
	Resources     Resources
	User, Group   int
	// RunAs is the place of the two in the spec.
	RunAs      string
	Security   Security
	PullPolicy string
	// Mounts are where it finds volumes, by their names.
	Mounts []ContainerMount
}

// ContainerMount is a volume that a container finds.
type ContainerMount struct {
	Volume string
	Mount
}

// sets reports whether a container gives a variable a value of its own.
func (c Container) sets(variable string) bool {
	_, own := c.Env[variable]
	return own || slices.ContainsFunc(c.Reads.Keys, func(v KeyVariable) bool { return v.Variable == variable }) ||
		slices.ContainsFunc(c.Reads.Fields, func(v FieldVariable) bool { return v.Variable == variable })
}

// Shared are those of some variables of the program that a container has too.
func (c Container) Shared(env map[string]string) map[string]string {
	if !c.SameVariables {
		return nil
	}
	out := maps.Clone(env)
	maps.DeleteFunc(out, func(name, _ string) bool { return c.sets(name) })
	return out
}

// SharedReads are what a container gets its variables from, with those of the program that it has too.
func (c Container) SharedReads(program Reads) Reads {
	if !c.SameVariables {
		return c.Reads
	}
	out := Reads{Keys: slices.Clone(c.Reads.Keys), Fields: slices.Clone(c.Reads.Fields), All: slices.Concat(program.All, c.Reads.All)}
	for _, v := range program.Keys {
		if !c.sets(v.Variable) {
			out.Keys = append(out.Keys, v)
		}
	}
	for _, v := range program.Fields {
		if !c.sets(v.Variable) {
			out.Fields = append(out.Fields, v)
		}
	}
	return out
}

// Images are those of its pods that are built here: of their program, and of what runs before it.
func (w Workload) Images() []string {
	if w.Own != nil {
		return w.Own.Images
	}
	out := []string{w.Image}
	for _, c := range w.Init {
		out = append(out, c.Image)
	}
	slices.Sort(out)
	return slices.DeleteFunc(slices.Compact(out), func(image string) bool { return image == "" })
}

// Runs reports whether its pods run an image that is built here.
func (w Workload) Runs(image string) bool { return slices.Contains(w.Images(), image) }

// Changes reports whether a deploy changes its pods: some image of them is built here.
func (w Workload) Changes() bool { return len(w.Images()) > 0 }

// Earlier is how long a pod waits at the most for what runs before its program, in seconds, and Usually as a rule.
func (w Workload) Earlier() (most, usually int) {
	for _, c := range w.Init {
		most, usually = most+c.Seconds, usually+c.Usual
	}
	return most, usually
}

// Variables are what all of its containers get their variables from.
func (w Workload) Variables() []Reads {
	out := []Reads{w.Reads}
	for _, c := range w.Init {
		out = append(out, c.Reads)
	}
	return out
}
