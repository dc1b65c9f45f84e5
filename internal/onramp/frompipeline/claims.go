package frompipeline

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// folderMount reads a folder with all keys of a Secret or a ConfigMap of the cluster, and reports whether the draft has
// it.
func (d *drafter) folderMount(p *program, volume, mount pipeline.Node) bool {
	name := volumeName(volume)
	if mount.Get("subPath").OK() || mount.Get("subPathExpr").OK() {
		return false
	}
	for _, kind := range []struct{ kubernetes, name, ours string }{{"secret", "secretName", "secret"}, {"configMap", "name", "configMap"}} {
		source := volume.Get(kind.kubernetes)
		if !source.OK() || source.Get("items").OK() {
			continue
		}
		d.addText(mount.Get("mountPath"), p.field("volumes", name, "path")...)
		d.addText(source.Get(kind.name), p.field("volumes", name, kind.ours)...)
		if optional := source.Get("optional"); optional.True() {
			d.add(true, optional.At(), p.field("volumes", name, "optional")...)
		}
		return true
	}
	return false
}

// volumeName is a name that a spec may give to a volume.
func volumeName(volume pipeline.Node) string {
	name := volume.Get("name").Text()
	if name == "tmp" || name == "files" || strings.HasPrefix(name, "files-") || strings.HasPrefix(name, "writable-") || strings.HasPrefix(name, "tmp-") {
		return "the-" + name
	}
	return name
}

// claimMount reads a claim, and reports whether the draft has it. One of another name than pipegen would give it keeps
// its name: a new one would be empty.
func (d *drafter) claimMount(p *program, volume, mount pipeline.Node) bool {
	name, claim := volumeName(volume), volume.Get("persistentVolumeClaim", "claimName")
	at := below(p.field("volumes", name)...)
	if d.tree.Root.Has(at()...) || mount.Get("subPathExpr").OK() {
		return false
	}
	d.addText(mount.Get("mountPath"), at("path")...)
	if sub := mount.Get("subPath"); sub.Text() != "" {
		d.addText(sub, at("subPath")...)
	}
	if readOnly := mount.Get("readOnly"); readOnly.True() {
		d.add(true, readOnly.At(), at("readOnly")...)
	}
	object := p.last().claim(claim.Text())
	if object != nil && object.Name == d.claimName(p, volume) {
		d.addText(object.Get("spec", "resources", "requests", "storage"), at("claim", "size")...)
		d.addText(object.Get("spec", "storageClassName"), at("claim", "storageClass")...)
	} else {
		d.addText(claim, at("claim", "name")...)
	}
	modes := pipeline.Node{}
	if object != nil {
		modes = object.Get("spec", "accessModes")
	}
	pods, _ := p.last().workload.Get("spec", "replicas").Number()
	switch {
	case len(modes.Items()) > 0:
		d.add(modes.Items()[len(modes.Items())-1].Text(), modes.At(), at("claim", "access")...)
	case pods > 1:
		d.guess("ReadWriteMany", "several pods have the claim: see what it allows", at("claim", "access")...)
	}
	return true
}

// claim is the one of a name in the tree, nil for none.
func (r run) claim(name string) *pipeline.Object { return r.object("PersistentVolumeClaim", name) }

// writesClaim reports a claim that the draft gives.
func (d *drafter) writesClaim(o *pipeline.Object) bool {
	return o.Kind == "PersistentVolumeClaim" && slices.ContainsFunc(d.rendered[o.Target], func(r rendered) bool {
		return slices.ContainsFunc(r.workload.Pod().Get("volumes").Items(), func(v pipeline.Node) bool {
			return v.Get("persistentVolumeClaim", "claimName").Text() == o.Name && o.Name == d.claimName(r.of, v)
		})
	})
}

// stopsFirst reports whether the old pod of a program has to stop before the new one starts.
func (d *drafter) stopsFirst(p *program) bool {
	if p.last().workload.Kind == "StatefulSet" {
		return false
	}
	for _, v := range p.last().volumes() {
		if name := volumeName(v); d.tree.Root.Has(p.field("volumes", name, "claim")...) {
			access := d.tree.Root.Leaf(p.field("volumes", name, "claim", "access")...)
			if access == nil || access.Value != "ReadWriteMany" && access.Value != "ReadOnlyMany" {
				return true
			}
		}
	}
	return false
}

// sizeDifferences reads where a volume has another size in an environment.
func (d *drafter) sizeDifferences(of *program, p run, at func(...string) []string) {
	mine, last := p.volumes(), of.last()
	d.templateDifferences(of, p, at)
	for _, v := range last.workload.Pod().Get("volumes").Items() {
		name, own := volumeName(v), mine[v.Get("name").Text()]
		a, b := own.Get("emptyDir", "sizeLimit"), v.Get("emptyDir", "sizeLimit")
		if claim := v.Get("persistentVolumeClaim", "claimName").Text(); claim == d.claimName(of, v) {
			x, y := p.claim(claim), last.claim(claim)
			if x != nil && y != nil {
				a, b = x.Get("spec", "resources", "requests", "storage"), y.Get("spec", "resources", "requests", "storage")
			}
		}
		if d.tree.Root.Has(of.field("volumes", name)...) && a.OK() && a.Text() != b.Text() {
			d.addText(a, at("volumes", name, "size")...)
		}
	}
}

// claimName is the name that a claim has which the draft gives.
func (d *drafter) claimName(p *program, volume pipeline.Node) string {
	if len(d.programs) == 1 {
		return d.name + "-" + volumeName(volume)
	}
	return p.key + "-" + volumeName(volume)
}
