package rules

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/objects"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// fieldsExist holds the rendered objects, and those that Argo CD is given as they are, against the schemas of their
// kinds. What a base or a patch says wrong is in each overlay, and maybe in several objects: it is one mistake, in the
// line in which it is written.
func fieldsExist(c *Case) {
	f := &fields{Case: c, kinds: objects.New(c.in.Schemas), met: map[string]bool{}}
	rendered := map[*pipeline.File]bool{}
	for _, t := range c.targets {
		for _, folder := range t.Folders {
			for _, file := range folder.Files {
				rendered[file] = true
			}
			for _, name := range folder.Generators {
				rendered[c.File(artifact.GitOps, path.Join(folder.Dir, name))] = true // it gets to no cluster
			}
			for _, d := range folder.Merges() {
				f.hold(d, true)
			}
		}
		for _, o := range t.Objects {
			f.hold(o.Node, false)
		}
	}
	for _, file := range c.Files {
		if file.Root != artifact.GitOps || rendered[file] {
			continue
		}
		for _, d := range file.Docs {
			f.hold(d, false)
		}
	}
	for _, bad := range f.kinds.Faults {
		c.found = append(c.found, diag.Diagnostic{Code: diag.Code(strings.ToLower(c.rule.ID)), Rule: c.rule.ID,
			Pos: diag.Position{File: bad.File.Path, Line: bad.Line}, Message: bad.Says, Help: "correct the file, or leave it out of the folder of schemas"})
	}
}

type fields struct {
	*Case
	kinds *objects.Kinds
	met   map[string]bool
}

// hold holds an object against its kind. A part of one is merged with the rest before it says all.
func (f *fields) hold(object pipeline.Node, part bool) {
	apiVersion, kind := object.Get("apiVersion").Text(), object.Get("kind").Text()
	if apiVersion == "" || kind == "" || strings.HasPrefix(apiVersion, "kustomize.config.k8s.io/") {
		return
	}
	if items := object.Get("items"); items.IsList() && strings.HasSuffix(kind, "List") {
		for _, item := range items.Items() {
			f.hold(item, part)
		}
		return
	}
	label := strings.TrimSpace(kind + " " + pipeline.NameOf(object))
	check := f.kinds.CheckPart
	if !part {
		check = f.kinds.Check
		known, wrong := f.kinds.Served(apiVersion, kind)
		if wrong != nil {
			f.report(object, label, *wrong)
		} else if name := kind + " (" + apiVersion + ")"; !known && !slices.Contains(f.Unchecked, name) {
			f.Unchecked = append(f.Unchecked, name)
		}
	}
	for _, m := range check(apiVersion, kind, object.YAML()) {
		f.report(object, label, m)
	}
}

// report reports a mistake in an object, once for each line and field.
func (f *fields) report(object pipeline.Node, label string, m objects.Mistake) {
	at := object.Follow(m.Steps).At()
	key := fmt.Sprint(at, m.Steps[len(m.Steps)-1:])
	if f.met[key] {
		return
	}
	f.met[key] = true
	if strings.HasPrefix(label, "Secret ") && slices.Equal(m.Steps, []string{"sops"}) {
		m.Help = "nothing decrypts it here, since Argo CD runs kustomize alone: let a generator of KSOPS name the file, or write a SopsSecret, a SealedSecret or an ExternalSecret, whose operator makes the Secret"
	}
	f.broken(at, nowhere, printable(m.Help), "%s", printable(m.Message(label)))
}

// withoutEchoes takes out what other rules have found in an operation of a patch, or in an object, whose fields are
// wrong: for them, what a misspelt field says is missing. They are heard once the fields are right.
func (c *Case) withoutEchoes() {
	wrong := map[string]bool{}
	for _, d := range c.found {
		if d.Rule == "S04" {
			wrong[c.part(d)] = true
		}
	}
	delete(wrong, "") // nowhere
	if len(wrong) > 0 {
		c.found = slices.DeleteFunc(c.found, func(d diag.Diagnostic) bool { return d.Rule != "S04" && wrong[c.part(d)] })
	}
}

// part is the operation of a patch, or the document of a file, to which a finding belongs.
func (c *Case) part(d diag.Diagnostic) string {
	if strings.HasPrefix(d.Path, patches) {
		return d.Path
	}
	part := d.Pos.File
	for _, f := range c.Files {
		if f.Place != d.Pos.File {
			continue
		}
		for _, doc := range f.Docs {
			if doc.At().Line <= d.Pos.Line {
				part = fmt.Sprint(doc.At())
			}
		}
	}
	return part
}
