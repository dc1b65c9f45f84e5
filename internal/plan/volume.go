package plan

import "slices"

// Volume is what pods have beside their image, and where their program finds it.
type Volume struct {
	// Name is its name in the pod.
	Name string
	Kind VolumeKind
	// Size is the most that an empty folder may hold, which is one in memory or on disk.
	Size   string
	Memory bool
	// Claim is nil but for a claim.
	Claim *Claim
	// Optional says that the object may be missing.
	Optional bool
	// Path is its place in the spec, "" for one that every pod has.
	Path string
	// Object is the name of the Secret or ConfigMap, and Keys what is taken of it; nil for all. ObjectPath is the place of
	// the name in the spec.
	Object, ObjectPath string
	Keys               []string
	// Login is the Secret with which the driver's provider logs in, "" for none.
	Login  string
	Mounts []Mount
}

// VolumeKind is where what is in a volume comes from.
type VolumeKind int

const (
	// EmptyVolume begins empty with each pod.
	EmptyVolume VolumeKind = iota
	// FilesVolume has the texts of the spec.
	FilesVolume
	// SecretVolume and ConfigMapVolume have those of an object of the cluster.
	SecretVolume
	ConfigMapVolume
	// StoreVolume has what the Secrets Store CSI driver makes a Secret of: Object is the name of both.
	StoreVolume
	// ClaimVolume is on storage that outlives the pods.
	ClaimVolume
)

// Claim is a PersistentVolumeClaim. Path is its place in the spec. One that is Made is written here, with a size; the
// others exist. Each says that every pod has one of its own, which the cluster makes by this pattern.
type Claim struct {
	Path, Name, Access string
	Made, Each         bool
	Size, StorageClass string
}

// Alone reports whether the pods of one node have the claim at a time, which others want too.
func (c Claim) Alone() bool {
	return !c.Each && (c.Access == "ReadWriteOnce" || c.Access == "ReadWriteOncePod")
}

// Written reports whether it is an object of the tree.
func (c Claim) Written() bool { return c.Made && !c.Each }

// Mount is a path at which a program finds a volume, or what is at SubPath in it. Path is its place in the spec, "" for
// one that every pod has.
type Mount struct {
	Path, At, SubPath string
	ReadOnly          bool
}

// File is a file whose text is in the spec, under Key in the ConfigMap that is made of it.
type File struct{ Path, At, Key, Content string }

// VolumeSize is the bound of each writable folder for which the spec gives none (K11).
const VolumeSize = "64Mi"

// FilesName is the name of the ConfigMap with the files of a workload, before kustomize adds what it calculates of them.
func (w Workload) FilesName() string { return w.Name + "-files" }

// Claims are those of its volumes.
func (w Workload) Claims() []Claim {
	var out []Claim
	for _, v := range w.Volumes {
		if v.Claim != nil {
			out = append(out, *v.Claim)
		}
	}
	return out
}

// Recreates reports whether its pods stop before new ones start: a new pod on another node would wait for a claim that
// the old one has.
func (w Workload) Recreates() bool {
	return w.Kind.Stays() && w.Stateful == nil && slices.ContainsFunc(w.Claims(), Claim.Alone)
}

// Empty are the volumes that begin empty.
func (w Workload) Empty() []Volume {
	var out []Volume
	for _, v := range w.Volumes {
		if v.Kind == EmptyVolume {
			out = append(out, v)
		}
	}
	return out
}

// Stores are those of its volumes that the Secrets Store CSI driver fills.
func (w Workload) Stores() []Volume {
	return slices.DeleteFunc(slices.Clone(w.Volumes), func(v Volume) bool { return v.Kind != StoreVolume })
}

// StoreFolder is the folder below which a pod has what that driver gives it, by the names of Secrets.
const StoreFolder = "/mnt/secrets-store/"

// UsedByDriver is the label of a Secret with which a provider of that driver logs in.
const UsedByDriver = "secrets-store.csi.k8s.io/used=true"

// LogsInToStore reports whether a provider of that driver logs in with a Secret.
func (p Plan) LogsInToStore(secret string) bool {
	return slices.ContainsFunc(p.Workloads, func(w Workload) bool {
		return slices.ContainsFunc(w.Stores(), func(v Volume) bool { return v.Login == secret })
	})
}

// objectKind is the kind of the object of the cluster that is in a volume, "" for none.
func (v Volume) objectKind() ObjectKind {
	switch v.Kind {
	case ClaimVolume:
		if !v.Claim.Made {
			return ClaimKind
		}
	case SecretVolume:
		return SecretKind
	case ConfigMapVolume:
		return ConfigMapKind
	}
	return ""
}

// SizeIn is the size of a volume in an environment.
type SizeIn struct{ Path, Volume, Size string }

// IsEmpty reports whether a volume begins empty.
func (w Workload) IsEmpty(volume string) bool {
	return slices.ContainsFunc(w.Empty(), func(v Volume) bool { return v.Name == volume })
}

// SizeOf is the size of a volume of a workload in the environment.
func (e Environment) SizeOf(w Workload, v Volume) string {
	for _, d := range e.All(w.Name) {
		for _, s := range d.Sizes {
			if s.Volume == v.Name {
				return s.Size
			}
		}
	}
	if v.Claim != nil {
		return v.Claim.Size
	}
	return v.Size
}
