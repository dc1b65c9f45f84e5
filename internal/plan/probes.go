package plan

// ProbeKind is how a container is asked whether it is well.
type ProbeKind string

const (
	// NoProbe asks nothing.
	NoProbe ProbeKind = ""
	// HTTPProbe asks for the answer 200.
	HTTPProbe ProbeKind = "http"
	// OpenProbe asks whether the port is open.
	OpenProbe ProbeKind = "tcp"
	// ExecProbe runs a command in the container.
	ExecProbe ProbeKind = "exec"
	// GRPCProbe asks by the health protocol of gRPC.
	GRPCProbe ProbeKind = "grpc"
)

// Probes are how a container is asked.
type Probes struct {
	Kind ProbeKind
	// Startup, Readiness and Liveness are the paths that HTTP asks, or the services of gRPC, of which "" is the server as a
	// whole. ByPort says that the open port is asked whether the process is alive.
	Startup, Readiness, Liveness string
	ByPort                       bool
	// Command is the one that is run, of a worker to ask whether it is alive.
	Command []string
	// Port is the one that is asked, 0 where it is the one that others call.
	Port int
	// Own is the time to start that the spec itself gives, in seconds; 0 where it gives none.
	Own int
	// None says why nothing asks a service, "" where something does.
	None string
}

// Asked reports whether it answers over HTTP.
func (w Workload) Asked() bool { return w.Probes.Kind == HTTPProbe }

// Starts reports whether something asks it whether it has started.
func (w Workload) Starts() bool { return w.Probes.Kind != NoProbe }

// Protocol is the name of its port: what it speaks, as far as its probes say.
func (w Workload) Protocol() string {
	switch w.Probes.Kind {
	case HTTPProbe, GRPCProbe:
		return string(w.Probes.Kind)
	}
	return "tcp"
}

// ProbePort is the name of the port that is asked.
func (w Workload) ProbePort() string {
	if w.Probes.Port > 0 {
		return "probes"
	}
	return w.Protocol()
}

// AskedAt is the port that is asked.
func (w Workload) AskedAt() int {
	if w.Probes.Port > 0 {
		return w.Probes.Port
	}
	return w.Port
}

// HealthPath is the path of readiness at the port that others call, "" where there is none.
func (w Workload) HealthPath() string {
	if !w.Asked() || w.Probes.Port > 0 {
		return ""
	}
	return w.Probes.Readiness
}
