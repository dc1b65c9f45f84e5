package generate

import (
	"strings"
	"time"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// scaleOf is how the number of pods of a workload follows the load, nil where it does not.
func scaleOf(name string, w schema.Workload) *plan.Scale {
	s := w.Scale
	if s == nil {
		return nil
	}
	at := w.At + ".scale"
	out := &plan.Scale{Path: at, Min: s.Min, Max: s.Max, CPU: s.CPU, Memory: s.Memory,
		MinPath: at + ".min", MaxPath: at + ".max", CPUPath: at + ".cpu", MemoryPath: at + ".memory"}
	for i, m := range s.Metrics {
		out.Metrics = append(out.Metrics, metricOf(m, schema.Item(at+".metrics", i)))
	}
	out.Poll, out.Cooldown = seconds(s.Poll), seconds(s.Cooldown)
	out.Fallback = (*plan.Fallback)(s.Fallback)
	for i, t := range s.Keda {
		out.Triggers = append(out.Triggers, triggerOf(t, schema.Item(at+".keda", i), name+"-trigger-"+number(i+1)))
	}
	for _, way := range s.Behaviour.Ways() {
		pace := paceOf(way.Value, at+".behaviour."+way.ID)
		if way.ID == "up" {
			out.Up = &pace
		} else {
			out.Down = &pace
		}
	}
	return out
}

func triggerOf(t schema.Trigger, at, name string) plan.Trigger {
	out := plan.Trigger{Path: at, Type: t.Type, Metadata: t.Metadata}
	a := t.Authentication
	if a == nil {
		return out
	}
	out.Provider, out.Existing = a.Provider, a.Existing
	for _, parameter := range sorted(a.Secrets) {
		of := a.Secrets[parameter]
		out.Secrets = append(out.Secrets, plan.SecretVariable{Path: schema.Join(at+".authentication.secrets", parameter), Variable: parameter, Secret: of.Name, Key: of.Key})
	}
	if a.Existing == "" {
		out.Object = name
	}
	return out
}

func metricOf(m schema.Metric, at string) plan.Metric {
	out := plan.Metric{Path: at, Labels: m.Labels, Average: m.Average, Value: m.Value}
	switch {
	case m.Pods != "":
		out.Source, out.Name = "pods", m.Pods
	case m.External != "":
		out.Source, out.Name = "external", m.External
	default:
		out.Source, out.Name = "object", m.Object
		parts := strings.Split(m.On, "/")
		if n := len(parts); n > 2 {
			out.Version, out.Kind, out.Object = strings.Join(parts[:n-2], "/"), parts[n-2], parts[n-1]
		}
	}
	return out
}

func paceOf(p schema.Pace, at string) plan.Pace {
	out := plan.Pace{Path: at, Wait: -1, Select: p.Select}
	if p.Wait != nil {
		out.Wait = int(time.Duration(*p.Wait) / time.Second)
	}
	for _, x := range p.Policies {
		out.Policies = append(out.Policies, plan.PacePolicy{Pods: x.Pods, Percent: x.Percent, Seconds: seconds(x.Every)})
	}
	return out
}

func scaleDelta(d schema.Difference) plan.ScaleDelta {
	if d.Scale == nil {
		return plan.ScaleDelta{}
	}
	return plan.ScaleDelta(*d.Scale)
}
