package schema

import "reflect"

// ClusterSecret is a Secret of the cluster that a deploy brings along: exactly one of External, CSI, Sealed and
// Sops is set.
type ClusterSecret struct {
	External *ExternalSecret `json:"external"`
	CSI      *MountedSecret  `json:"csi"`
	Sealed   bool            `json:"sealed"`
	Sops     bool            `json:"sops"`
	Version  string          `json:"version"` // "": none
	Reloader bool            `json:"reloader"`
}

// ExternalSecret says where the values are: in exactly one of Store and ClusterStore.
type ExternalSecret struct {
	Store        string                `json:"store"`
	ClusterStore string                `json:"clusterStore"`
	Keys         map[string]StoreEntry `json:"keys"`
	All          string                `json:"all"`
	Refresh      Duration              `json:"refresh"` // 0: as pipegen chooses
}

// MountedSecret says which provider of the Secrets Store CSI driver has the values, and what it is asked for.
type MountedSecret struct {
	Provider   string                `json:"provider"`
	Parameters map[string]string     `json:"parameters"`
	Keys       map[string]StoreEntry `json:"keys"`
	Login      string                `json:"login"`
}

// SecretDifference is what differs in an environment: somebody else makes it, or its values are elsewhere.
type SecretDifference struct {
	ExternalSecret
	Parameters map[string]string `json:"parameters"`
	Exists     bool              `json:"exists"`
}

// choices checks that nothing is said of a store that is not asked.
func (d SecretDifference) choices(at string, pick func(path, names string, set ...bool)) {
	if d.Store != "" && d.ClusterStore != "" {
		pick(at, "store and clusterStore", true, true)
	}
	if d.Exists && (len(d.Parameters) > 0 || !reflect.DeepEqual(d.ExternalSecret, ExternalSecret{})) {
		pick(at, "exists and what is in a store", true, true)
	}
}

// StoreEntry is a value in a store.
type StoreEntry struct {
	From     string `json:"from"`
	Property string `json:"property"`
	Version  string `json:"version"`
	Type     string `json:"type"`
}

// NamedSecret is the name in the cluster of the Secret that the spec calls id: a version ends it.
func (c ClusterSecret) NamedSecret(id string) string {
	if c.Version == "" {
		return id
	}
	return id + "-" + c.Version
}

// choices checks where a Secret must choose between fields.
func (c ClusterSecret) choices(at string, pick func(path, names string, set ...bool)) {
	pick(at, "external, csi, sealed and sops", c.External != nil, c.CSI != nil, c.Sealed, c.Sops)
	if e := c.External; e != nil {
		pick(at+".external", "store and clusterStore", e.Store != "", e.ClusterStore != "")
		if len(e.Keys) == 0 {
			pick(at+".external", "keys and all", e.All != "")
		}
	}
}
