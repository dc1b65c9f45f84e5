package plan

// Strictness is how strictly pods are kept from being together.
type Strictness string

const (
	// Preferred does it where there is room.
	Preferred Strictness = "prefer"
	// Required leaves a pod waiting instead.
	Required Strictness = "require"
	// Indifferent does nothing for it.
	Indifferent Strictness = "none"
)

// Placement is where the pods of a workload run: on nodes with labels, spread over zones, and apart on nodes.
type Placement struct {
	Nodes                       map[string]string
	Tolerations                 []Toleration
	Spread, Apart               Strictness
	PriorityClass, RuntimeClass string
}

// Toleration lets pods run in spite of a taint. Value is "" for any, and Effect for all.
type Toleration struct{ Path, Key, Value, Effect string }

// Account is the one of the pods of a workload. Existing is the name of one that somebody else makes, "" for one of its
// own; Token says that the pods get its token.
type Account struct {
	Annotations map[string]string
	Existing    string
	Token       bool
	May         []RoleRule
}

// RoleRule is what the account may do with some objects of its namespace. Path is the place of the entry that asks for it.
type RoleRule struct {
	Path                               string
	Verbs, APIGroups, Resources, Names []string
}

// Asks reports whether the pods talk to the API of Kubernetes.
func (a Account) Asks() bool { return a.Token || len(a.May) > 0 }

// Pod is what else a spec says of the pods of a workload.
type Pod struct {
	Placement           Placement
	Account             Account
	Labels, Annotations map[string]string
	// Selector are the labels by which the pods are selected, none where that is the name of the workload.
	Selector map[string]string
	// HostAliases are the names of hosts by address, and DNS is how others are looked up.
	HostAliases map[string][]string
	DNS         DNS
}

// DNS is what pods have beside what the cluster gives them.
type DNS struct {
	Nameservers, Searches []string
	Options               map[string]string
}

// Configured reports whether a spec says anything of it.
func (d DNS) Configured() bool { return len(d.Nameservers)+len(d.Searches)+len(d.Options) > 0 }

// AccountName is the name of the account of its pods.
func (w Workload) AccountName() string {
	if w.Pod.Account.Existing != "" {
		return w.Pod.Account.Existing
	}
	return w.Name
}
