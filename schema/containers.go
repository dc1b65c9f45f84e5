package schema

// Container is one that runs in pods before their program.
type Container struct {
	// At is its place in the spec.
	At string `json:"-"`

	Image         string                    `json:"image"`
	External      string                    `json:"external"`
	Command       []string                  `json:"command"`
	Args          []string                  `json:"args"`
	Sidecar       *Sidecar                  `json:"sidecar"` // nil: it runs to its end
	Takes         Duration                  `json:"takes"`   // 0: the usual time
	SameVariables bool                      `json:"sameVariables"`
	Env           map[string]string         `json:"env"`
	Secrets       map[string]ObjectKey      `json:"secrets"`
	ConfigMaps    map[string]ObjectKey      `json:"configMaps"`
	Fields        map[string]string         `json:"fields"`
	EnvFrom       []EnvFrom                 `json:"envFrom"`
	Mounts        map[string]ContainerMount `json:"mounts"`
	Files         []string                  `json:"files"`
	Resources     Resources                 `json:"resources"`
	RunAs         RunAs                     `json:"runAs"`
	Security      Security                  `json:"security"`
}

type Sidecar struct {
	Probes Probes `json:"probes"`
}

// ContainerMount is where a container finds a volume of the program: at the same path where Path is "".
type ContainerMount struct {
	Path     string `json:"path"`
	ReadOnly bool   `json:"readOnly"`
}

// Alone is the container as a workload that has nothing else, for what holds for both.
func (c Container) Alone() Workload {
	out := Workload{At: c.At, Env: c.Env, Secrets: c.Secrets, ConfigMaps: c.ConfigMaps, Fields: c.Fields, EnvFrom: c.EnvFrom, Resources: c.Resources}
	if c.Sidecar != nil {
		out.Probes = c.Sidecar.Probes
	}
	return out
}

// Containers are the workload itself and each of those that run before its program, as workloads.
func (w Workload) Containers() []Workload {
	out := []Workload{w}
	for _, c := range w.Init {
		out = append(out, c.Value.Alone())
	}
	return out
}

// choices checks where a container must choose between fields.
func (c Container) choices(pick func(path, names string, set ...bool)) {
	if c.Image != "" && c.External != "" {
		pick(c.At, "image and external", true, true)
	}
	if c.Sidecar != nil {
		c.Sidecar.Probes.asks(c.At+".sidecar.probes", pick)
	}
	sources(c.At, c.EnvFrom, pick)
}

// sources checks that each object whose keys are all variables is of one kind.
func sources(at string, all []EnvFrom, pick func(path, names string, set ...bool)) {
	for i, from := range all {
		pick(item(at+".envFrom", i), "secret and configMap", from.Secret != "", from.ConfigMap != "")
	}
}
