package plan

import (
	"cmp"
	"sort"
)

// Reads are what the pods of a workload get their variables from, beside the texts of the spec.
type Reads struct {
	// Keys are variables with the key of a Secret or a ConfigMap as their value, Secrets first, by their names.
	Keys []KeyVariable
	// Fields are variables with a field of the pod as their value.
	Fields []FieldVariable
	// All are Secrets and ConfigMaps of which each key becomes a variable, in the order of the spec.
	All []AllVariables
}

// ClusterObject names an object of the cluster that pods read, which pipegen does not write.
type ClusterObject struct {
	Kind ObjectKind
	Name string
}

// ObjectKind is the kind of an object that pods read.
type ObjectKind string

const (
	SecretKind    ObjectKind = "Secret"
	ConfigMapKind ObjectKind = "ConfigMap"
	ClaimKind     ObjectKind = "PersistentVolumeClaim"
)

// KeyVariable is a variable with the key of an object as its value. Path is the place of the two names in the spec.
type KeyVariable struct {
	Path, Variable string
	Object         ClusterObject
	Key            string
	Optional       bool
}

// FieldVariable is a variable with a field of the pod as its value.
type FieldVariable struct{ Path, Variable, Field string }

// AllVariables is an object of which each key becomes a variable, with a prefix.
type AllVariables struct {
	Path     string
	Object   ClusterObject
	Prefix   string
	Optional bool
}

// Stored is an object that must be in each namespace before pods read it.
type Stored struct {
	ClusterObject
	Uses []Use
}

// Use is how a program reads an object: a key of it, or all of it where Key is "". As says as what. An optional one may
// be missing.
type Use struct {
	Key, As  string
	Optional bool
}

// stored adds a use to the object that it is of.
func stored(all []Stored, o ClusterObject, u Use) []Stored {
	for i := range all {
		if all[i].ClusterObject == o {
			all[i].Uses = append(all[i].Uses, u)
			return all
		}
	}
	return append(all, Stored{o, []Use{u}})
}

// Stored are the objects that must be in each namespace because programs read them, sorted.
func (p Plan) Stored() []Stored {
	var out []Stored
	for _, w := range p.Workloads {
		for _, reads := range w.Variables() {
			for _, v := range reads.Keys {
				out = stored(out, v.Object, Use{v.Key, "read as `" + v.Variable + "`", v.Optional})
			}
			for _, v := range reads.All {
				as := "each a variable"
				if v.Prefix != "" {
					as += " that begins with `" + v.Prefix + "`"
				}
				out = stored(out, v.Object, Use{"", as, v.Optional})
			}
		}
		if w.Scale != nil {
			for _, t := range w.Scale.Triggers {
				for _, v := range t.Secrets {
					out = stored(out, ClusterObject{SecretKind, v.Secret}, Use{v.Key, "read as `" + v.Variable + "`", false})
				}
			}
		}
		for _, v := range w.Volumes {
			if v.Login != "" {
				out = stored(out, ClusterObject{SecretKind, v.Login}, Use{"", "the login of the provider that mounts `" + v.Object + "`, with the label `" + UsedByDriver + "`", false})
			}
			if kind := v.objectKind(); kind != "" {
				for i, m := range v.Mounts {
					use := Use{"", "the folder `" + m.At + "`", v.Optional}
					if len(v.Keys) > 0 {
						use = Use{v.Keys[i], "the file `" + m.At + "`", false}
					}
					out = stored(out, ClusterObject{kind, v.Object}, use)
				}
			}
		}
	}
	sort.SliceStable(out, func(i, j int) bool {
		a, b := &out[i], &out[j]
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name)) < 0
	})
	return out
}
