package plan

import "slices"

// NotSealed is in the place of a sealed value that nobody has sealed so far.
const NotSealed = "<not sealed yet>"

// NotEncrypted is in the place of a value that nobody has encrypted with SOPS so far.
const NotEncrypted = "<not encrypted yet>"

// SecretWay is how a deploy brings a Secret along.
type SecretWay string

const (
	// ByStore: External Secrets makes it of what a store outside the cluster has.
	ByStore SecretWay = "store"
	// ByDriver: the Secrets Store CSI driver makes it of what such a store has, while a pod has a volume of it.
	ByDriver SecretWay = "driver"
	// BySeal: Sealed Secrets makes it of a file in git that is encrypted for the cluster.
	BySeal SecretWay = "seal"
	// BySops: Argo CD decrypts a file in git as it renders.
	BySops SecretWay = "sops"
)

// MadeSecret is a Secret of the cluster that a deploy brings along. Name is the one in the cluster, which a version ends.
type MadeSecret struct {
	Path, ID, Name string
	// Type is the type of the Secret, which follows from its readers.
	Type string
	// Way is how a deploy brings it along.
	Way SecretWay
	// Keys are those that are read of it, sorted; none where it is read as a whole.
	Keys []string
	// External says by the name of an environment where the values are in a store.
	External map[string]External
	// In are the environments in which something reads it and a deploy brings it along.
	In []string
	// There are those in which something reads it and somebody else makes it.
	There []string
	// Reloaded are the workloads whose pods another program replaces when a value changes.
	Reloaded []string
}

// External says where the values of a Secret are. Kind is SecretStore, ClusterSecretStore or SecretProviderClass, which
// names its provider for a store, with its parameters.
type External struct {
	Kind, Store, StorePath string
	Parameters             []Parameter
	// Login is the Secret with which the provider logs in, "" for none.
	Login, LoginPath string
	Keys             []StoreKey
	// All is the entry whose properties become keys, "" for none.
	All, AllPath         string
	Refresh, RefreshPath string
}

// StoreKey is where the value of a key is in a store, and File the one in which a provider of the CSI driver mounts it.
type StoreKey struct{ Path, Key, From, Property, Version, Type, File string }

// Parameter is one of a provider of the CSI driver.
type Parameter struct{ Path, Name, Value string }

// MadeIn are the Secrets that a deploy to an environment brings along.
func (p Plan) MadeIn(environment string) []MadeSecret {
	return slices.DeleteFunc(slices.Clone(p.MadeSecrets), func(s MadeSecret) bool { return !slices.Contains(s.In, environment) })
}

// SecretsWave is the wave in which Argo CD syncs what becomes Secrets: before everything else.
func (p Plan) SecretsWave() int {
	wave := 0
	for _, w := range p.Workloads {
		wave = min(wave, w.Wave)
	}
	return wave - 1
}

// MustExist reports whether somebody has to make a Secret, and in which environments: none where that is in all of them.
func (p Plan) MustExist(name string) (in []string, must bool) {
	made := p.Made(name)
	if made == nil {
		return nil, true
	}
	return made.There, len(made.There) > 0
}

// MustExistIn reports whether somebody has to make a Secret in an environment.
func (p Plan) MustExistIn(name, environment string) bool {
	in, must := p.MustExist(name)
	return must && (in == nil || slices.Contains(in, environment))
}

// Made is the Secret of a name that a deploy brings along, nil where it must exist everywhere.
func (p Plan) Made(name string) *MadeSecret {
	for i, s := range p.MadeSecrets {
		if s.Name == name {
			return &p.MadeSecrets[i]
		}
	}
	return nil
}

// Brings reports whether a deploy to any environment brings a Secret along in a way.
func (p Plan) Brings(way SecretWay) bool {
	return slices.ContainsFunc(p.MadeSecrets, func(s MadeSecret) bool { return s.Way == way && len(s.In) > 0 })
}
