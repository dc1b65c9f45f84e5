package frompipeline

import (
	"slices"
	"strconv"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// shared are the fields of a container and of its pod that a spec has once for all environments: the draft has those of
// the last environment.
var shared = struct{ object, container, pod [][]string }{
	object: [][]string{{"spec", "progressDeadlineSeconds"}, {"spec", "strategy"}, {"spec", "minReadySeconds"}, {"spec", "revisionHistoryLimit"}, {"spec", "podManagementPolicy"}, {"spec", "persistentVolumeClaimRetentionPolicy"}, {"spec", "timeZone"}, {"spec", "concurrencyPolicy"}, {"spec", "successfulJobsHistoryLimit"},
		{"spec", "activeDeadlineSeconds"}, {"spec", "jobTemplate", "spec", "activeDeadlineSeconds"}},
	container: [][]string{{"command"}, {"args"}, {"imagePullPolicy"}, {"ports"}, {"readinessProbe", "httpGet"}, {"readinessProbe", "grpc"}, {"readinessProbe", "exec"}, {"livenessProbe", "httpGet"}, {"startupProbe"}, {"lifecycle"},
		{"securityContext", "runAsUser"}, {"securityContext", "runAsGroup"}, {"volumeMounts"}},
	pod: [][]string{{"terminationGracePeriodSeconds"}, {"hostAliases"}, {"dnsConfig"}, {"securityContext", "runAsUser"}, {"securityContext", "runAsGroup"}, {"imagePullSecrets"}},
}

// workloadUnlike records where an environment differs from the last one in a way that a spec cannot express.
func (d *drafter) workloadUnlike(of *program, p run) {
	last, whose := of.last(), ""
	if len(d.programs) > 1 {
		whose = " of " + of.key
	}
	unlike := func(a, b pipeline.Node, field string) {
		const format = "the %s%s of the environment %s, %s: a spec has one for all environments, and the draft follows %s, which has %s"
		have, taken := scalars(a), scalars(b)
		switch whole := a.OK() && (field == "args" || field == "command"); {
		case have == taken:
		case whole:
			d.keepField(of, p.workload.Object, a, "", format, field, whose, p.in.env, orNone(have), last.in.env, orNone(taken))
		default:
			d.leave(a.At(), "", format, field, whose, p.in.env, orNone(have), last.in.env, orNone(taken))
		}
	}
	for _, f := range shared.object {
		if f[1] == "strategy" {
			name, _ := p.workload.Strategy()
			if name == "canary" {
				continue // sharesIn reads it
			}
			if name == "blueGreen" && judgedAlone(p.workload) && judgedAlone(last.workload) {
				f = []string{"spec", "strategy", name, "scaleDownDelaySeconds"} // criteria have the rest
			}
		}
		unlike(p.workload.Get(f...), last.workload.Get(f...), f[len(f)-1])
	}
	if of.image == nil {
		unlike(p.container.Get("image"), last.container.Get("image"), "image")
	}
	for _, f := range shared.container {
		if f[0] == "volumeMounts" && p.ownMounts() == last.ownMounts() {
			continue
		}
		unlike(p.container.Get(f...), last.container.Get(f...), strings.Join(f, "."))
	}
	for _, f := range shared.pod {
		unlike(p.workload.Pod().Get(f...), last.workload.Pod().Get(f...), strings.Join(f, "."))
	}
	if have, taken := p.wholeObjects(), last.wholeObjects(); have != taken {
		d.leave(p.container.Get("envFrom").At(), "", "the envFrom%s of the environment %s, %s: a spec has one for all environments, and the draft follows %s, which has %s", whose, p.in.env, orNone(have), last.in.env, orNone(taken))
	}
	own := map[string]pipeline.Node{}
	for _, e := range p.container.Get("env").Items() {
		own[e.Get("name").Text()] = e
	}
	for _, e := range last.container.Get("env").Items() {
		name := e.Get("name").Text()
		mine, ok := own[name]
		switch {
		case !ok:
			d.leave(e.At(), "", "that the environment %s has no variable %s%s: the values under %s are for all environments", p.in.env, name, whose, strings.Join(of.at, "."))
		case mine.Get("valueFrom").OK() || e.Get("valueFrom").OK():
			unlike(mine, e, "variable "+name)
		}
		delete(own, name)
	}
	for _, e := range p.container.Get("env").Items() {
		name := e.Get("name").Text()
		if _, alone := own[name]; alone && e.Get("valueFrom").OK() {
			d.leave(e.At(), "name it under "+strings.Join(of.at, ".")+".secrets, which is for all environments", "the variable %s%s, which the environment %s has alone", name, whose, p.in.env)
		}
	}
}

// scalars returns the texts below a value, as a message shows them, each with its key: in which order keys are does not
// matter.
func scalars(n pipeline.Node) string {
	var out []string
	for key, v := range n.Pairs() {
		if text := scalars(v); text != "" {
			out = append(out, key+" "+text)
		}
	}
	if len(out) > 0 {
		slices.Sort(out)
		return strings.Join(out, ", ")
	}
	for _, v := range n.Items() {
		out = append(out, scalars(v))
	}
	return n.Text() + strings.Join(out, " ")
}

func orNone(text string) string {
	if text == "" {
		return "none"
	}
	return strconv.Quote(text)
}
