package schema

// Scale is how the number of pods follows the load.
type Scale struct {
	Min       int       `json:"min"`
	Max       int       `json:"max"`
	CPU       int       `json:"cpu"`    // in percent; 0: it does not count
	Memory    int       `json:"memory"` // likewise
	Metrics   []Metric  `json:"metrics"`
	Keda      []Trigger `json:"keda"` // nil: Kubernetes sets it
	Poll      Duration  `json:"poll"`
	Cooldown  Duration  `json:"cooldown"`
	Fallback  *Fallback `json:"fallback"` // nil: as many as ran before
	Behaviour Behaviour `json:"behaviour"`
}

// Fallback is the number of pods while KEDA gets no answer.
type Fallback struct {
	Replicas int  `json:"replicas"`
	Failures int  `json:"failures"`
	KeepMore bool `json:"keepMore"`
}

// Trigger is what KEDA asks.
type Trigger struct {
	Type           string                 `json:"type"`
	Metadata       map[string]string      `json:"metadata"`
	Authentication *TriggerAuthentication `json:"authentication"` // nil: none
}

// TriggerAuthentication has one of Provider, Secrets and Existing.
type TriggerAuthentication struct {
	Provider string               `json:"provider"`
	Secrets  map[string]ObjectKey `json:"secrets"`
	Existing string               `json:"existing"`
}

// Metric is a measure of which one of Pods, External and Object is the name.
type Metric struct {
	Pods     string            `json:"pods"`
	External string            `json:"external"`
	Object   string            `json:"object"`
	On       string            `json:"on"` // as VERSION/KIND/NAME
	Labels   map[string]string `json:"labels"`
	Average  string            `json:"average"`
	Value    string            `json:"value"`
}

// Behaviour is how fast the number of pods follows; nil: as Kubernetes does.
type Behaviour struct {
	Up   *Pace `json:"up"`
	Down *Pace `json:"down"`
}

// Ways are those of up and down that there are.
func (b Behaviour) Ways() []Named[Pace] {
	var out []Named[Pace]
	if b.Up != nil {
		out = append(out, Named[Pace]{"up", *b.Up})
	}
	if b.Down != nil {
		out = append(out, Named[Pace]{"down", *b.Down})
	}
	return out
}

type Pace struct {
	Wait     *Duration    `json:"wait"` // nil: as Kubernetes does
	Select   string       `json:"select"`
	Policies []PacePolicy `json:"policies"`
}

// PacePolicy has one of Pods and Percent.
type PacePolicy struct {
	Pods    int      `json:"pods"`
	Percent int      `json:"percent"`
	Every   Duration `json:"every"`
}

// ScaleDifference is what an environment changes in a Scale; 0: as in the workload.
type ScaleDifference struct {
	Min    *int `json:"min"` // nil: as in the workload
	Max    int  `json:"max"`
	CPU    int  `json:"cpu"`
	Memory int  `json:"memory"`
}

// choices checks where it must choose between fields.
func (s *Scale) choices(at string, pick func(path, names string, set ...bool)) {
	if s == nil {
		return
	}
	for i, m := range s.Metrics {
		at := item(at+".metrics", i)
		pick(at, "pods, external and object", m.Pods != "", m.External != "", m.Object != "")
		pick(at, "average and value", m.Average != "", m.Value != "")
	}
	for i, t := range s.Keda {
		if a := t.Authentication; a != nil {
			pick(item(at+".keda", i)+".authentication", "provider, secrets and existing", a.Provider != "", len(a.Secrets) > 0, a.Existing != "")
		}
	}
	for _, way := range s.Behaviour.Ways() {
		for i, policy := range way.Value.Policies {
			pick(item(at+".behaviour."+way.ID+".policies", i), "pods and percent", policy.Pods > 0, policy.Percent > 0)
		}
	}
}
