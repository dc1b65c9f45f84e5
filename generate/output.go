package generate

import (
	"fmt"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/manifest"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// Output is all that a plan gives: what Render writes down, with the author's own
// changes to it, and a manifest of it for each repository. The list holds what is
// wrong with those changes; an error is a fault of pipegen's own.
func Output(p plan.Plan) (*artifact.Set, diag.List, error) {
	set, err := Render(p)
	if err != nil {
		return nil, nil, err
	}
	set, found, err := patched(p, set)
	if err != nil || found.Failed() {
		return nil, found, err
	}
	set, found, err = unmanaged(p, set)
	if err != nil || found.Failed() {
		return nil, found, err
	}
	if err := addManifests(p, set); err != nil {
		return nil, nil, err
	}
	return set, found, nil
}

// unmanaged marks the files that the spec names as unmanaged.
func unmanaged(p plan.Plan, set *artifact.Set) (*artifact.Set, diag.List, error) {
	left := p.Unmanaged
	if len(left) == 0 {
		return set, nil, nil
	}
	out := &artifact.Set{}
	met := map[string]bool{}
	var found diag.List
	var names []string
	for _, f := range set.Files() {
		if f.Owner == artifact.Generated {
			names = append(names, f.Path)
		}
		if _, ok := left[f.Path]; ok {
			met[f.Path] = true
			if f.Owner != artifact.Generated {
				found = append(found, diag.Diagnostic{Code: diag.NotApplicable, Path: schema.Join("pipegen.unmanaged", f.Path),
					Message: fmt.Sprintf("%s is %s: pipegen leaves it alone as it is", f.Path, f.Owner), Help: "leave the entry out"})
				continue
			}
			f.Owner = artifact.Unmanaged
		}
		if err := out.Add(f); err != nil {
			return nil, nil, err
		}
	}
	for _, name := range sorted(left) {
		if met[name] {
			continue
		}
		found = append(found, diag.Diagnostic{Code: diag.BadValue, Path: schema.Join("pipegen.unmanaged", name),
			Message: fmt.Sprintf("%s is no file that this spec gives%s", name, diag.Meant(name, names))})
	}
	return out, found, nil
}

func addManifests(p plan.Plan, set *artifact.Set) error {
	files := set.Files()
	for _, root := range []artifact.Root{artifact.Code, artifact.GitOps} {
		m := manifest.Of(root, p.Source.Repository, p.SpecFile, Version, files)
		err := set.Add(artifact.File{Root: root, Path: manifest.Path(root, m.Source, m.Spec), Content: m.Encode(), Owner: artifact.Record})
		if err != nil {
			return err
		}
	}
	return nil
}
