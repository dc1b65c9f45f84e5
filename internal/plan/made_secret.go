package plan

import "slices"

// NotSealed is in the place of a sealed value that nobody has sealed so far.
const NotSealed = "<not sealed yet>"

// MadeSecret is a Secret of the cluster that a deploy brings along. Name is the one in the cluster, which a version ends.
type MadeSecret struct {
	Path, ID, Name string
	// Type is the type of the Secret, which follows from its readers.
	Type string
	// Sealed says that its values are in git, encrypted, in a file of the author's.
	Sealed bool
	// Keys are those that are read of it, sorted; none where it is read as a whole.
	Keys []string
	// External says by the name of an environment where the values are, where it is not sealed.
	External map[string]External
	// In are the environments in which something reads it.
	In []string
	// Reloaded are the workloads whose pods another program replaces when a value changes.
	Reloaded []string
}

// External says where the values of a Secret are. Kind is SecretStore or ClusterSecretStore.
type External struct {
	Kind, Store, StorePath string
	Keys                   []StoreKey
	// All is the entry whose properties become keys, "" for none.
	All, AllPath         string
	Refresh, RefreshPath string
}

// StoreKey is where the value of a key is in a store.
type StoreKey struct{ Path, Key, From, Property, Version string }

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

// Made is the Secret of a name that a deploy brings along, nil where it must exist.
func (p Plan) Made(name string) *MadeSecret {
	for i, s := range p.MadeSecrets {
		if s.Name == name {
			return &p.MadeSecrets[i]
		}
	}
	return nil
}
