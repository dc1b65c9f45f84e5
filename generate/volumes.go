package generate

import (
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
	"github.com/pipegen/pipegen/schema"
)

// emptyOf are the volumes that begin empty with each pod.
func emptyOf(w schema.Workload) []plan.Volume {
	var out []plan.Volume
	empty := func(name, at, folder string) {
		out = append(out, plan.Volume{Name: name, Size: plan.VolumeSize, Mounts: []plan.Mount{{Path: at, At: folder}}})
	}
	empty("tmp", "", tmp)
	for _, c := range w.Init {
		out = append(out, plan.Volume{Name: tmpOf(c.ID), Size: plan.VolumeSize})
	}
	for i, folder := range w.Writable {
		empty("writable-"+number(i+1), schema.Item(w.At+".writable", i), folder)
	}
	return out
}

// volumesOf are the volumes that the spec names.
func volumesOf(id string, w schema.Workload) []plan.Volume {
	var out []plan.Volume
	for _, named := range w.Volumes {
		v, at := named.Value, schema.Join(w.At+".volumes", named.ID)
		volume := plan.Volume{Name: named.ID, Path: at, Size: v.Size, Memory: v.Memory, Optional: v.Optional,
			Mounts: []plan.Mount{{Path: at + ".path", At: v.Path, SubPath: v.SubPath, ReadOnly: v.ReadOnly}}}
		switch {
		case v.Claim != nil:
			c := plan.Claim{Path: at + ".claim", Name: v.Claim.Name, Access: v.Claim.Access, Size: v.Claim.Size, StorageClass: v.Claim.StorageClass}
			if c.Name == "" {
				c.Name, c.Made, c.Each = id+"-"+named.ID, true, w.Stateful != nil
			}
			if c.Each {
				c.Name = named.ID
			}
			volume.Kind, volume.Claim, volume.Object, volume.ObjectPath = plan.ClaimVolume, &c, c.Name, c.Path
		case v.Secret != "":
			volume.Kind, volume.Object, volume.ObjectPath = plan.SecretVolume, v.Secret, at+".secret"
		case v.ConfigMap != "":
			volume.Kind, volume.Object, volume.ObjectPath = plan.ConfigMapVolume, v.ConfigMap, at+".configMap"
		}
		if volume.Kind == plan.SecretVolume || volume.Kind == plan.ConfigMapVolume {
			volume.Mounts[0].ReadOnly = true
		}
		out = append(out, volume)
	}
	return out
}

// volumes are those of a pod, and where its program finds them.
func (r *renderer) volumes(w plan.Workload) (mounts, volumes yamldoc.Value) {
	var m, v []yamldoc.Doc
	for _, volume := range w.Volumes {
		name := yamldoc.Of(volume.Name)
		if volume.Claim == nil || !volume.Claim.Each {
			v = append(v, r.volume(w, volume, name))
		}
		for _, at := range volume.Mounts {
			m = append(m, r.mount(volume.Name, at))
		}
	}
	return list(m...), list(v...)
}

// mount is where a container finds a volume.
func (r *renderer) mount(volume string, m plan.Mount) yamldoc.Doc {
	return r.fill("kustomize/volume-mount", yamldoc.Values{
		"name": yamldoc.Of(volume), "path": r.own(m.Path, m.At), "subPath": r.optional(m.Path, m.SubPath), "readOnly": r.flag(m.Path, m.ReadOnly),
	})
}

// unmounts are the mounts of a program that an environment does not have.
func (r *renderer) unmounts(d plan.Delta) yamldoc.Value {
	var out []yamldoc.Doc
	for _, v := range d.Unmounted {
		for _, m := range v.Mounts {
			out = append(out, r.fill("kustomize/volume-unmount", yamldoc.Values{"path": r.own(m.Path, m.At)}))
		}
	}
	return list(out...)
}

func (r *renderer) volume(w plan.Workload, v plan.Volume, name yamldoc.Value) yamldoc.Doc {
	optional := r.flag(v.Path+".optional", v.Optional)
	switch v.Kind {
	case plan.FilesVolume:
		return r.fill("kustomize/volume-configmap", yamldoc.Values{"name": name, "object": r.own(w.Path+".files", w.FilesName()), "items": yamldoc.Omit, "optional": yamldoc.Omit})
	case plan.ConfigMapVolume:
		return r.fill("kustomize/volume-configmap", yamldoc.Values{"name": name, "object": r.own(v.ObjectPath, v.Object), "items": r.items(v), "optional": optional})
	case plan.StoreVolume:
		login := yamldoc.Omit
		if v.Login != "" {
			login = yamldoc.Of(yamldoc.Map{{Key: "name", Value: r.own(v.ObjectPath+".login", v.Login)}})
		}
		return r.fill("kustomize/volume-csi", yamldoc.Values{"name": name, "class": r.own(v.ObjectPath, v.Object), "login": login})
	case plan.ClaimVolume:
		return r.fill("kustomize/volume-claim", yamldoc.Values{"name": name, "claim": r.own(v.ObjectPath, v.Object)})
	case plan.SecretVolume:
		return r.fill("kustomize/volume-secret", yamldoc.Values{"name": name, "object": r.own(v.ObjectPath, v.Object), "items": r.items(v), "optional": optional})
	}
	return r.fill("kustomize/volume", yamldoc.Values{"name": name, "medium": medium(v), "size": yamldoc.Of(v.Size)})
}

// items are the keys that a volume takes of its object.
func (r *renderer) items(v plan.Volume) yamldoc.Value {
	var out []yamldoc.Doc
	for _, key := range v.Keys {
		value := r.own(v.ObjectPath, key)
		out = append(out, r.fill("kustomize/volume-item", yamldoc.Values{"key": value, "path": value}))
	}
	return list(out...)
}

// medium is that of an empty folder in memory.
func medium(v plan.Volume) yamldoc.Value {
	if !v.Memory {
		return yamldoc.Omit
	}
	return yamldoc.Of("Memory")
}
