package plan

// Secret is a name under which something must be stored before others than programs read it.
type Secret struct {
	Store  Store
	Reader Reader
	Name   string
}

// Store is where a secret is kept.
type Store int

const (
	// InNamespaces is a Secret in each namespace.
	InNamespaces Store = iota
	// InGitHub is a secret of an environment or repository.
	InGitHub
	// VariableInGitHub is a configuration variable there, which anybody may read.
	VariableInGitHub
)

// Reader is who reads a secret.
type Reader int

const (
	// ByWayIn: by what leads in from outside, as its certificate.
	ByWayIn Reader = iota
	// ByCluster: when it pulls an image.
	ByCluster
	// ByDeploys: when CI writes to the GitOps repository.
	ByDeploys
	// ByLogins: when CI logs in to a registry.
	ByLogins
	// ByPulls: when CI logs in to a registry to pull alone.
	ByPulls
	// ByWork: by tests and builds.
	ByWork
	// BySteps: by the author's own steps.
	BySteps
	// ByPromotions: when CI asks Prometheus.
	ByPromotions
)

// SecretNames are the names of those that are kept in one place and have one of the readers.
func (p Plan) SecretNames(in Store, by ...Reader) []string {
	var out []string
	for _, s := range p.Secrets {
		for _, r := range by {
			if s.Store == in && s.Reader == r {
				out = append(out, s.Name)
			}
		}
	}
	return out
}
