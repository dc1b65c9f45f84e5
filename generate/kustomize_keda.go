package generate

import (
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
)

// keda are the objects by which KEDA sets the number of pods of a workload.
func (r *renderer) keda(w plan.Workload) []baseFile {
	s := *w.Scale
	count := func(at string, n int) yamldoc.Value {
		if n == 0 {
			return yamldoc.Omit
		}
		return r.own(at, n)
	}
	advanced := yamldoc.Omit
	if s.Up != nil || s.Down != nil {
		advanced = yamldoc.Of(yamldoc.Map{{Key: "horizontalPodAutoscalerConfig", Value: yamldoc.Of(yamldoc.Map{{Key: "behavior", Value: r.behaviour(s)}})}})
	}
	target, rollout := r.scaled(w, yamldoc.Map{{Key: "name", Value: r.name(w)}})
	files := []baseFile{{kedaFile, r.fill("kustomize/scaledobject", yamldoc.Values{
		"name": r.name(w), "annotations": r.wave(w), "target": target, "rollout": rollout,
		"min": r.replicas(w, "", s.MinPath, s.Min), "max": r.own(s.MaxPath, s.Max),
		"poll": count(s.Path+".poll", s.Poll), "cooldown": count(s.Path+".cooldown", s.Cooldown),
		"fallback": r.fallback(s), "advanced": advanced, "triggers": r.kedaTriggers(s),
	})}}
	for i, t := range s.Triggers {
		if t.Object != "" {
			files = append(files, baseFile{"trigger-" + number(i+1) + ".yaml", r.triggerAuthentication(w, t)})
		}
	}
	return files
}

func (r *renderer) fallback(s plan.Scale) yamldoc.Value {
	f, at := s.Fallback, s.Path+".fallback"
	if f == nil {
		return yamldoc.Omit
	}
	behaviour := yamldoc.Of("static")
	if f.KeepMore {
		behaviour = r.own(at+".keepMore", "currentReplicasIfHigher")
	}
	return yamldoc.Of(yamldoc.Map{{Key: "failureThreshold", Value: r.own(at+".failures", f.Failures)}, {Key: "replicas", Value: r.own(at+".replicas", f.Replicas)}, {Key: "behavior", Value: behaviour}})
}

// kedaTriggers are what KEDA asks, the shares of what pods ask for among them.
func (r *renderer) kedaTriggers(s plan.Scale) yamldoc.Value {
	var out []yamldoc.Doc
	for _, t := range s.Triggers {
		reference := yamldoc.Omit
		switch {
		case t.Object != "":
			reference = yamldoc.Of(yamldoc.Map{{Key: "name", Value: yamldoc.Of(t.Object)}})
		case t.Existing != "":
			reference = yamldoc.Of(yamldoc.Map{{Key: "name", Value: r.own(t.Path+".authentication.existing", t.Existing)}})
		}
		out = append(out, r.fill("kustomize/trigger", yamldoc.Values{"type": r.own(t.Path+".type", t.Type), "metricType": yamldoc.Omit,
			"metadata": r.variables(t.Path+".metadata", t.Metadata), "authentication": reference}))
	}
	for _, share := range []struct {
		resource, at string
		n            int
	}{{"cpu", s.CPUPath, s.CPU}, {"memory", s.MemoryPath, s.Memory}} {
		if share.n > 0 {
			out = append(out, r.fill("kustomize/trigger", yamldoc.Values{"type": yamldoc.Of(share.resource), "metricType": yamldoc.Of("Utilization"),
				"metadata": yamldoc.Of(yamldoc.Map{{Key: "value", Value: r.own(share.at, number(share.n))}}), "authentication": yamldoc.Omit}))
		}
	}
	return list(out...)
}

func (r *renderer) triggerAuthentication(w plan.Workload, t plan.Trigger) yamldoc.Doc {
	identity := yamldoc.Omit
	if t.Provider != "" {
		identity = yamldoc.Of(yamldoc.Map{{Key: "provider", Value: r.own(t.Path+".authentication.provider", t.Provider)}})
	}
	var secrets []yamldoc.Doc
	for _, s := range t.Secrets {
		secrets = append(secrets, r.fill("kustomize/trigger-secret", yamldoc.Values{"parameter": r.own(s.Path, s.Variable), "secret": r.own(s.Path+".name", s.Secret), "key": r.own(s.Path+".key", s.Key)}))
	}
	return r.fill("kustomize/triggerauthentication", yamldoc.Values{"name": yamldoc.From(w.NamePath, t.Object), "annotations": r.wave(w), "identity": identity, "secrets": list(secrets...)})
}
