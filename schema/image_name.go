package schema

import (
	"fmt"
	"strings"

	"cuelang.org/go/cue"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/lazy"
)

// imageName reports a repository whose name no image can have: GitHub takes names, such as .github and My..Repo, that
// the grammar of image references does not. For a spec that names its image, the constraint of image.name is enough.
func (w *walker) imageName(user cue.Value) {
	const path = "source.repository"
	repository, name := textAt(user, path), textAt(user, "name")
	derived := strings.ToLower(repository) + "/" + name
	switch {
	case user.LookupPath(cue.ParsePath("image.name")).Exists(), user.LookupPath(cue.ParsePath("images")).Exists(),
		!w.allows("#Repository", repository), !w.allows("#Name", name), w.allows("#ImageName", derived):
		return
	}
	owner, rest, _ := strings.Cut(derived, "/")
	help := fmt.Sprintf("name it yourself: image: name: %q", owner+"/"+imagePart(rest))
	if !w.allows("#ImageName", owner) {
		help = fmt.Sprintf("ghcr.io keeps an image below its owner's name, and %s is no such name: give in image.name that of an owner to whom the workflow may push", quote(owner))
	}
	w.report(diag.BadValue, path, help, "%s is %s, so the image would be called %s, which no registry takes: in the name of an image, each part between / begins and ends with a letter or digit, and has single . and _, a double __ or any number of - within",
		path, quote(repository), quote(derived))
}

func textAt(v cue.Value, path string) string {
	s, _ := v.LookupPath(cue.ParsePath(path)).String()
	return s
}

// allows reports whether a definition accepts a text.
func (w *walker) allows(definition, text string) bool {
	return w.definitions().LookupPath(cue.ParsePath(definition)).Unify(w.ctx.Encode(text)).Err() == nil
}

var (
	joints = lazy.Regexp(`[._-]*[.][._-]*|_{3,}|[_-]*(_-|-_)[_-]*`)
	ends   = lazy.Regexp(`(^|/)[._-]+|[._-]+(/|$)`)
)

// imagePart is the nearest name to a path of lower-case letters, digits and ._-/ that an image can have.
func imagePart(p string) string {
	p = joints().ReplaceAllStringFunc(p, func(s string) string {
		if s == "." {
			return s
		}
		return "-"
	})
	p = ends().ReplaceAllString(p, "$1$2")
	return strings.TrimPrefix(p, "/")
}
