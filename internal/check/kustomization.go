package check

import (
	"fmt"
	"path"
	"reflect"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/types"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/lazy"
)

// unknownField matches what kustomize says of a field that a kustomization does not have.
var unknownField = lazy.Regexp(`unknown field "([^"]*)"`)

// malformed finds the kustomization of an overlay that kustomize does not read. Generated ones can be read, so the
// author's own or a patch is at fault.
func (c checker) malformed(overlay string) (diag.Diagnostic, bool) {
	for _, f := range c.renderer.read(c.files).reached(overlay) {
		if !isKustomization(f) || f.Owner == artifact.Live {
			continue
		}
		if err := new(types.Kustomization).Unmarshal(f.Content); err != nil {
			said := unknownField().FindStringSubmatch(err.Error())
			if said == nil {
				return c.refused(f, 1, path.Base(f.Path)+" cannot be read: "+reason(err), ""), true
			}
			line, help := 1, ""
			message := fmt.Sprintf("unknown field %q in %s", said[1], path.Base(f.Path))
			if at := lineOf(f, said[1]); at > 0 {
				allowed := kustomizationFields()
				line, help = at, "allowed here: "+strings.Join(allowed, ", ")
				message += diag.Meant(said[1], allowed)
			}
			return c.refused(f, line, message, help), true
		}
	}
	return diag.Diagnostic{}, false
}

// lineOf is the line of a field at the top of a file, or 0.
func lineOf(f artifact.File, field string) int {
	if top := parsed(f.Content); top != nil {
		for i := 0; i < len(top.Content); i += 2 {
			if top.Content[i].Value == field {
				return top.Content[i].Line
			}
		}
	}
	return 0
}

// kustomizationFields are the fields that kustomize reads and has not replaced.
func kustomizationFields() []string {
	var out []string
	for _, f := range reflect.VisibleFields(reflect.TypeFor[types.Kustomization]()) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if refusedFields[name] == "" && deprecatedFields[name] == "" && name != "" {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// patchedFault blames the first operation of a patch in the files of an overlay.
func (c checker) patchedFault(overlay string, err error) (diag.Diagnostic, bool) {
	for _, f := range c.renderer.read(c.files).reached(overlay) {
		for i, origin := range f.Origins {
			if strings.Contains(origin, ".ops[") {
				return c.finding(diag.Overlay, f, i+1, 0, overlay+" cannot be rendered with what is patched here: "+reason(err)), true
			}
		}
	}
	return diag.Diagnostic{}, false
}
