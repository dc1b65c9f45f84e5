package schema

// Probes are how the cluster asks. One of Readiness, TCP, Exec, GRPC and None is set, or nothing at all.
type Probes struct {
	Readiness string      `json:"readiness"`
	Liveness  string      `json:"liveness"`
	TCP       bool        `json:"tcp"`
	Exec      []string    `json:"exec"`
	GRPC      *GRPCProbes `json:"grpc"`
	None      string      `json:"none"`
	Port      int         `json:"port"` // 0: the workload's
	Startup   Duration    `json:"startup"`
}

type GRPCProbes struct {
	Service  string `json:"service"`
	Liveness string `json:"liveness"`
}

// Rollout is how pods are replaced. The defaults are those of a rolling one.
type Rollout struct {
	Strategy    string     `json:"strategy"`
	Surge       *int       `json:"surge"`
	Unavailable *int       `json:"unavailable"`
	MinReady    Duration   `json:"minReady"`
	Grace       Duration   `json:"grace"`
	Pause       Duration   `json:"pause"`
	PreStop     []string   `json:"preStop"`
	History     *int       `json:"history"`
	Canary      *Canary    `json:"canary"`    // nil: none
	BlueGreen   *BlueGreen `json:"blueGreen"` // nil: none
}

// Canary gives a new version more and more of the requests.
type Canary struct {
	Steps   []CanaryStep `json:"steps"`
	Traffic string       `json:"traffic"` // "": replicas
}

type CanaryStep struct {
	Weight int      `json:"weight"` // in percent
	Hold   Duration `json:"hold"`
}

// ByRoute is the word for a canary whose share is made by weights of a route.
const ByRoute = "route"

// BlueGreen gives a new version all requests at once.
type BlueGreen struct {
	Keep Duration `json:"keep"` // 0: as Argo Rollouts does
}

// RolloutDifference is what an environment changes in it. nil is as in the workload.
type RolloutDifference struct {
	Surge       *int         `json:"surge"`
	Unavailable *int         `json:"unavailable"`
	Steps       []CanaryStep `json:"steps"`
}

// Empty reports that it changes nothing.
func (d RolloutDifference) Empty() bool {
	return d.Surge == nil && d.Unavailable == nil && d.Steps == nil
}

// Recreates is the strategy that stops all old pods before new ones start.
const Recreates = "recreate"

// asks checks that probes are of one sort.
func (p Probes) asks(at string, pick func(path, names string, set ...bool)) {
	set := []bool{p.Readiness != "", p.TCP, p.Exec != nil, p.GRPC != nil, p.None != ""}
	for _, is := range set {
		if is {
			pick(at, "readiness, tcp, exec, grpc and none", set...)
			return
		}
	}
}

// Stateful is what pods have that keep their names.
type Stateful struct {
	Peers   []int `json:"peers"`
	Ordered bool  `json:"ordered"`
	// Either is "", keep or delete.
	WhenScaled  string `json:"whenScaled"`
	WhenDeleted string `json:"whenDeleted"`
}

// Deletes is the word for claims that go with their pods.
const Deletes = "delete"

// Placement is where pods run.
type Placement struct {
	Nodes         map[string]string `json:"nodes"`
	Tolerations   []Toleration      `json:"tolerations"`
	Spread        string            `json:"spread"` // "": prefer
	Apart         string            `json:"apart"`
	PriorityClass string            `json:"priorityClass"`
	RuntimeClass  string            `json:"runtimeClass"`
}

type Toleration struct {
	Key    string `json:"key"`
	Value  string `json:"value"`
	Effect string `json:"effect"`
}

type ServiceAccount struct {
	Annotations map[string]string `json:"annotations"`
	Existing    string            `json:"existing"`
	Token       bool              `json:"token"`
	May         []Right           `json:"may"`
}

// Security is what a container may do beyond what every container may.
type Security struct {
	Root          bool     `json:"root"`
	WritableRoot  bool     `json:"writableRoot"`
	Capabilities  []string `json:"capabilities"`
	AnySystemCall bool     `json:"anySystemCall"`
}

type DNS struct {
	Nameservers []string          `json:"nameservers"`
	Searches    []string          `json:"searches"`
	Options     map[string]string `json:"options"`
}
