package frompipeline

import (
	"cmp"
	"maps"
	"path"
	"slices"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// mounts reads what the program finds at a path: files, and the empty folders that it writes to. A folder with a size of
// its own has a name.
func (d *drafter) mounts(p *program) {
	volumes := p.last().volumes()
	var folders []string
	writable := pipeline.Place{}
	kept := map[string]bool{}
	for _, m := range p.last().container.Get("volumeMounts").Items() {
		name, folder := m.Get("name").Text(), m.Get("mountPath").Text()
		volume, at := volumes[name].Get("emptyDir"), below(p.field("volumes", volumeName(volumes[name]))...)
		switch {
		case p.last().template(name).OK():
			d.templateMount(p, p.last().template(name), m)
		case volumes[name].Get("persistentVolumeClaim").OK():
			kept[name] = d.claimMount(p, volumes[name], m)
		case d.classMount(p.last(), volumes[name], m):
			kept[name] = true
		case !volume.OK():
			kept[name] = kept[name] || d.fileMount(p, volumes[name], m) || d.folderMount(p, volumes[name], m)
		case folder == "/tmp":
		case (sized(volume) || p.last().sharedFolder(name)) && !d.tree.Root.Has(at()...):
			d.add(folder, m.At(), at("path")...)
			if d.addText(volume.Get("sizeLimit"), at("size")...); !d.tree.Root.Has(at("size")...) {
				d.guess(usualSize, "the folder has no bound", at("size")...)
			}
			if memory := volume.Get("medium"); memory.Text() == "Memory" {
				d.add(true, memory.At(), at("memory")...)
			}
		case sized(volume) || p.last().sharedFolder(name):
			d.leave(m.At(), "", "that the volume %s is mounted a second time", name)
		default:
			folders = append(folders, folder)
			writable = m.At()
		}
	}
	for _, v := range p.last().workload.Pod().Get("volumes").Items() {
		if name := v.Get("name").Text(); !v.Get("emptyDir").OK() && !kept[name] {
			d.keepVolume(p, p.last(), name)
		}
	}
	if len(folders) > 0 {
		d.add(folders, writable, p.field("writable")...)
	}
}

// fileMount reads the files of a ConfigMap or a Secret, and reports whether the draft has them. The text of a ConfigMap
// of the tree is the file's.
func (d *drafter) fileMount(p *program, volume, mount pipeline.Node) bool {
	files := p.last().mounted(volume, mount)
	for _, f := range files {
		switch {
		case f.text.OK():
			d.add(f.text.Text(), f.text.At(), p.field("files", f.at, "content")...)
		case f.tree:
			d.leave(mount.At(), "", "the file %s: the ConfigMap %s has no %s", f.at, f.object.Text(), f.key)
		default:
			d.add(f.object.Text(), f.object.At(), p.field("files", f.at, f.field, "name")...)
			d.add(f.key, mount.At(), p.field("files", f.at, f.field, "key")...)
		}
	}
	return len(files) > 0
}

// mountedFile is a file in a container: a key of an object, which the field of a spec names, with the text of it where
// the object is a ConfigMap of the tree.
type mountedFile struct {
	at, field, key string
	object, text   pipeline.Node
	tree           bool
}

// mounted are the files that a mount brings, as far as the keys are known.
func (r run) mounted(volume, mount pipeline.Node) []mountedFile {
	field, object, source := "configMap", volume.Get("configMap", "name"), volume.Get("configMap")
	if !object.OK() {
		field, object, source = "secret", volume.Get("secret", "secretName"), volume.Get("secret")
	}
	if !object.OK() || source.Get("optional").True() || mount.Get("subPathExpr").OK() {
		return nil
	}
	data, tree := pipeline.Node{}, false
	if o := r.configMap(object.Text()); o != nil && field == "configMap" {
		data, tree = o.Get("data"), true
	}
	keys, order := map[string]string{}, []string{} // the keys by the paths in the volume
	for _, item := range source.Get("items").Items() {
		keys[item.Get("path").Text()] = item.Get("key").Text()
		order = append(order, item.Get("path").Text())
	}
	if len(order) == 0 && tree {
		for key := range data.Pairs() {
			keys[key] = key
			order = append(order, key)
		}
	}
	at, sub := mount.Get("mountPath").Text(), mount.Get("subPath").Text()
	file := func(at, in string) mountedFile {
		key := cmp.Or(keys[in], in)
		return mountedFile{at: at, field: field, key: key, object: object, text: data.Get(key), tree: tree}
	}
	if sub != "" {
		return []mountedFile{file(at, sub)}
	}
	var out []mountedFile
	for _, in := range order {
		out = append(out, file(path.Join(at, in), in))
	}
	return out
}

// volumes are those of the pods, by their names.
func (r run) volumes() map[string]pipeline.Node {
	out := map[string]pipeline.Node{}
	for _, v := range r.workload.Pod().Get("volumes").Items() {
		out[v.Get("name").Text()] = v
	}
	return out
}

// files are those that all mounts bring, as far as the keys are known.
func (r run) files() []mountedFile {
	var out []mountedFile
	volumes := r.volumes()
	for _, m := range r.container.Get("volumeMounts").Items() {
		out = append(out, r.mounted(volumes[m.Get("name").Text()], m)...)
	}
	return out
}

// texts are the files whose text is in the tree, by their paths.
func (r run) texts() map[string]pipeline.Node {
	out := map[string]pipeline.Node{}
	for _, f := range r.files() {
		if f.text.OK() {
			out[f.at] = f.text
		}
	}
	return out
}

// fileDifferences reads where the text of a file differs in an environment.
func (d *drafter) fileDifferences(p, last run, at func(...string) []string) {
	mine, base := p.texts(), last.texts()
	for _, file := range slices.Sorted(maps.Keys(base)) {
		if own := mine[file]; own.OK() && own.Text() != base[file].Text() {
			d.add(own.Text(), own.At(), at("files", file, "content")...)
		}
	}
}

// usualSize is that of a folder for which a spec names none.
const usualSize = "64Mi"

// sized reports whether an empty folder has another size.
func sized(emptyDir pipeline.Node) bool {
	n := emptyDir.Get("sizeLimit")
	return n.OK() && n.Text() != usualSize || n.OK() && emptyDir.Get("medium").Text() == "Memory"
}

// filesFrom reports a ConfigMap whose texts the draft has as files or variables.
func (d *drafter) filesFrom(o *pipeline.Object) bool {
	return o.Kind == "ConfigMap" && slices.ContainsFunc(d.rendered[o.Target], func(r rendered) bool {
		return r.mounts(o.Name) || r.readsVariables(o.Name)
	})
}

// mounts reports whether the program finds files of a ConfigMap.
func (r run) mounts(configMap string) bool {
	return slices.ContainsFunc(r.files(), func(f mountedFile) bool { return f.text.OK() && f.object.Text() == configMap })
}
