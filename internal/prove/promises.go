package prove

import (
	"strconv"
	"strings"
	"time"

	"github.com/pipegen/pipegen/internal/diag"
)

// Promised is the code of output that does not keep what a criterion promises.
const Promised diag.Code = "promise"

// Promise is a criterion whose figure can be read in the output.
type Promise struct {
	// ID and Path are its name and its place in the spec, Kind what it is about.
	ID, Path, Kind string
	// Within is the time promised, 0 where there is none.
	Within time.Duration
	// AtLeast is the number of pods or the percentage promised.
	AtLeast float64
	// Refuse is the least severity of a vulnerability that stops a publication.
	Refuse string
}

// promises hold the figures of the criteria against the output: what the compiler
// wrote keeps them, and a change by the author must too.
func promises(m *model) {
	for _, p := range m.facts.Promises {
		look := map[string]func(*model, Promise){
			"replicas": enoughPods, "zeroDowntime": noGap, "ready": startsInTime, "endpoint": asksEndpoint, "rollback": seesStuck,
			"synced": syncsByItself, "coverage": measuresCoverage, "published": publishesInTime,
			"scanned": scans, "signed": signs, "attested": attests,
		}[p.Kind]
		if look != nil {
			look(m, p)
		}
	}
}

func (m *model) unkept(p Promise, at, other place, rule, help, format string, args ...any) {
	n := len(m.found)
	m.broken(Promised, at, other, help, "criterion "+p.ID+" is not kept: "+format, args...)
	m.found[n].Rule = rule
}

func enoughPods(m *model, p Promise) {
	for _, o := range m.overlays {
		w, _, ok := o.app(m)
		if !ok {
			continue
		}
		n := w.get("spec", "replicas")
		for h := range o.kind("HorizontalPodAutoscaler") {
			if target := h.get("spec", "scaleTargetRef"); target.get("kind").text() == w.kind && target.get("name").text() == w.ident {
				n = h.get("spec", "minReplicas")
			}
		}
		pods, ok := n.number()
		if !ok {
			pods = 1 // what Kubernetes takes
		}
		if float64(pods) < p.AtLeast {
			m.unkept(p, n.at(), o.at(), "K15", "write at least "+strconv.Itoa(int(p.AtLeast)), "%s runs %d pods in %s, and %d are promised", w.label(), pods, o.dir, int(p.AtLeast))
		}
	}
}

func noGap(m *model, p Promise) {
	for _, o := range m.overlays {
		w, _, ok := o.app(m)
		if !ok {
			continue
		}
		kind, n := w.get("spec", "strategy", "type"), w.get("spec", "strategy", "rollingUpdate", "maxUnavailable")
		if t := n.text(); kind.text() == "Recreate" || t != "0" && t != "0%" {
			at := n
			if kind.text() == "Recreate" {
				at = kind
			}
			m.unkept(p, at.at(), o.at(), "K15", "maxUnavailable: 0", "a deploy takes pods of %s away before new ones are ready", w.label())
		}
		for _, c := range w.pod().get("containers").items() {
			if c.get("name").text() == m.facts.Application && !c.get("lifecycle", "preStop").ok() {
				m.unkept(p, c.get("lifecycle").at(), o.at(), "K22", "keep preStop", "%s stops while requests are still sent to it", w.label())
			}
		}
	}
}

func startsInTime(m *model, p Promise) {
	for _, o := range m.overlays {
		w, c, ok := o.app(m)
		if !ok {
			continue
		}
		probe := c.get("startupProbe")
		delay, _ := probe.get("initialDelaySeconds").number()
		period, given := probe.get("periodSeconds").number()
		if !given {
			period = 10
		}
		threshold, given := probe.get("failureThreshold").number()
		if !given {
			threshold = 3
		}
		if takes := time.Duration(delay+period*threshold) * time.Second; takes > p.Within {
			m.unkept(p, probe.get("failureThreshold").at(), o.at(), "T12", "lower failureThreshold or periodSeconds", "%s may take %s to start, and %s are promised", w.label(), takes, p.Within)
		}
	}
}

func asksEndpoint(m *model, p Promise) {
	for _, o := range m.overlays {
		asked := false
		for j := range o.kind("Job") {
			if !strings.Contains(j.get("metadata", "annotations", "argocd.argoproj.io/hook").text(), "PostSync") {
				continue
			}
			asked = true
			m.asksInTime(o, j, p)
		}
		if !asked && len(o.folders) > 0 {
			m.unkept(p, o.at(), m.appsPlace(), "T06", "keep the folder smoke among the resources", "after a sync of %s nothing asks the application", o.dir)
		}
	}
}

// asksInTime requires that the Job gives up when the promised time has passed, and that
// Kubernetes stops one that never came to ask, but not before.
func (m *model) asksInTime(o *overlay, j *object, p Promise) {
	promised := int(p.Within.Seconds())
	given := j.get("spec", "template", "spec", "containers")
	asks := 0
	for _, c := range given.items() {
		for _, e := range c.get("env").items() {
			if e.get("name").text() == "WITHIN" && strings.Contains(strings.Join(c.get("command").list(), "\n"), "$(date +%s) + WITHIN") {
				given = e.get("value")
				asks, _ = strconv.Atoi(given.text())
			}
		}
	}
	if asks < 1 || asks > promised {
		m.unkept(p, given.at(), o.at(), "T06", "WITHIN: \""+strconv.Itoa(promised)+"\" and the script that counts it", "%s may try for longer than %s", j.label(), p.Within)
	}
	limit := j.get("spec", "activeDeadlineSeconds")
	if s, ok := limit.number(); !ok || s <= asks {
		m.unkept(p, limit.at(), given.at(), "T06", "activeDeadlineSeconds: more than the promise, by what the pod needs to start", "%s is stopped too early, or never, when its pod does not start", j.label())
	}
}

func seesStuck(m *model, p Promise) {
	for _, o := range m.overlays {
		w, _, ok := o.app(m)
		if !ok {
			continue
		}
		n := w.get("spec", "progressDeadlineSeconds")
		if s, ok := n.number(); !ok || time.Duration(s)*time.Second >= p.Within {
			m.unkept(p, n.at(), o.at(), "T14", "lower progressDeadlineSeconds", "a rollout of %s that is stuck is seen too late to be taken back within %s", w.label(), p.Within)
		}
	}
	for _, w := range m.writers {
		if w.reverts {
			return
		}
	}
	m.unkept(p, m.anyOverlay(), m.appsPlace(), "T18", "keep the workflow rollback", "no workflow takes a deploy back")
}

func syncsByItself(m *model, p Promise) {
	for _, a := range m.apps {
		auto := a.get("spec", "syncPolicy", "automated")
		if !auto.ok() || auto.get("enabled").text() == "false" {
			m.unkept(p, auto.at(), a.get("metadata", "name").at(), "T05", "keep automated", "Application %s waits for a person before it syncs", appName(a))
		}
	}
}
