package generate

import (
	"fmt"
	"path"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
)

// patched applies the author's patches to the rendered files. A line that an operation writes has the operation as its
// origin. In a patched file, a line without an origin gets the patch as its origin, since nothing could be wrong there
// without it.
func patched(p plan.Plan, set *artifact.Set) (*artifact.Set, diag.List, error) {
	if len(p.Patches) == 0 {
		return set, nil, nil
	}
	files := set.Files()
	var found diag.List
	patcher := &yamldoc.Patcher{}
	for _, patch := range p.Patches {
		f, bad := target(p, files, patch)
		bad = append(bad, membersFit(patch)...)
		if len(bad) > 0 {
			found = append(found, bad...)
			continue
		}
		if d := apply(patcher, f, patch); d != nil {
			found = append(found, *d)
		}
	}
	out := &artifact.Set{}
	for _, f := range files {
		if err := out.Add(f); err != nil {
			return nil, nil, err
		}
	}
	return out, found, nil
}

// target is the file that a patch is for.
func target(p plan.Plan, files []artifact.File, patch plan.Patch) (*artifact.File, diag.List) {
	refuse := func(help, format string, args ...any) (*artifact.File, diag.List) {
		return nil, diag.List{{Code: diag.Patch, Path: patch.Path + ".file", Message: patch.Path + ".file: " + fmt.Sprintf(format, args...), Help: help}}
	}
	var met []*artifact.File
	var names []string
	for i := range files {
		f := &files[i]
		if f.Path == patch.File && (patch.In == "" || string(f.Root) == patch.In) {
			met = append(met, f)
		}
		if patchable(*f) && (patch.In == "" || string(f.Root) == patch.In) {
			names = append(names, f.Path)
		}
	}
	switch {
	case len(met) == 0:
		return refuse("name a generated file by its path in its repository", "%s is no file that this spec gives%s", patch.File, diag.Meant(patch.File, names))
	case len(met) > 1:
		return refuse(`write in: "code" or in: "gitops"`, "%s is a file of both repositories", patch.File)
	}
	f := met[0]
	_, left := p.Unmanaged[f.Path]
	switch {
	case left:
		return refuse("edit the file itself", "%s is in pipegen.unmanaged: pipegen does not write it", f.Path)
	case f.Owner == artifact.Seeded:
		return refuse("edit the file itself", "%s is written once, and is yours from then on", f.Path)
	case f.Owner == artifact.Live:
		return refuse("leave it to CI", "%s is live: CI writes it with each deploy", f.Path)
	case !patchable(*f):
		return refuse("patch a file that ends in .yaml", "%s is no YAML", f.Path)
	}
	return f, nil
}

func patchable(f artifact.File) bool {
	return f.Owner == artifact.Generated && path.Ext(f.Path) == ".yaml"
}

// apply makes the changes of one patch.
func apply(patcher *yamldoc.Patcher, f *artifact.File, patch plan.Patch) *diag.Diagnostic {
	lists := yamldoc.Compact
	if strings.HasPrefix(f.Path, ".github/") {
		lists = yamldoc.Indented
	}
	var ops []yamldoc.Operation
	for _, o := range patch.Ops {
		ops = append(ops, yamldoc.Operation{Op: o.Op, Path: o.At, From: o.From, Value: o.Value, Origin: o.Path})
	}
	content, origins, bad := patcher.Patch(f.Content, f.Origins, ops, lists)
	if bad != nil {
		return misfit(patch, bad)
	}
	for i, origin := range origins {
		if origin == "" {
			origins[i] = patch.Path
		}
	}
	f.Content, f.Origins = content, origins
	return nil
}

func misfit(patch plan.Patch, bad *yamldoc.PatchError) *diag.Diagnostic {
	where := patch.Ops[bad.Index].Path
	d := &diag.Diagnostic{Code: diag.Patch, Path: where + "." + bad.Field, Message: where + ": in " + patch.File + " " + bad.Message}
	if bad.Found != "" {
		d.Message += "; it is " + bad.Found
	}
	switch {
	case bad.TooMuch:
		d.Message = where + ": " + bad.Message
		d.Help = "write what is large as a file of your own, in a folder custom; one operation that replaces a part does the work of many in it"
	case bad.Field == "value" && patch.Ops[bad.Index].Op == "test":
		d.Help = "pipegen writes something else there than this patch was made for: see whether it is still needed, and correct it"
	case bad.Found != "":
		d.Help = "give the place as it is in the file before this operation"
	}
	return d
}
