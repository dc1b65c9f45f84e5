package rules

import (
	"strconv"
	"strings"
	"time"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// Promised is the code of output that does not keep what a criterion promises.
const Promised diag.Code = "promise"

// promises hold the figures of the criteria against the output: what the compiler
// wrote keeps them, and a change by the author must too.
func promises(m *Case) {
	for _, p := range m.Facts.Promises {
		look := map[string]func(*Case, Figure){
			"replicas": enoughPods, "zeroDowntime": noGap, "ready": startsInTime, "endpoint": asksEndpoint, "rollback": seesStuck,
			"synced": syncsByItself, "coverage": measuresCoverage, "published": publishesInTime,
			"scanned": scans, "signed": signs, "attested": attests,
		}[p.Kind]
		if look != nil {
			look(m, p)
		}
	}
}

func (m *Case) unkept(p Figure, at, other pipeline.Place, rule, help, format string, args ...any) {
	n := len(m.found)
	m.broken(at, other, help, "criterion "+p.ID+" is not kept: "+format, args...)
	m.found[n].Code, m.found[n].Rule = Promised, rule
}

func enoughPods(m *Case, p Figure) {
	for _, o := range m.overlays {
		w, _, ok := o.app(m)
		if !ok {
			continue
		}
		n := w.Get("spec", "replicas")
		for _, h := range o.Kinds("HorizontalPodAutoscaler") {
			if target := h.Get("spec", "scaleTargetRef"); target.Get("kind").Text() == w.Kind && target.Get("name").Text() == w.Name {
				n = h.Get("spec", "minReplicas")
			}
		}
		pods, ok := n.Number()
		if !ok {
			pods = 1 // what Kubernetes takes
		}
		if float64(pods) < p.AtLeast {
			m.unkept(p, n.At(), o.At(), "K15", "write at least "+strconv.Itoa(int(p.AtLeast)), "%s runs %d pods in %s, and %d are promised", w.Label(), pods, o.Dir, int(p.AtLeast))
		}
	}
}

func noGap(m *Case, p Figure) {
	for _, o := range m.overlays {
		w, _, ok := o.app(m)
		if !ok {
			continue
		}
		kind, n := w.Get("spec", "strategy", "type"), w.Get("spec", "strategy", "rollingUpdate", "maxUnavailable")
		if t := n.Text(); kind.Text() == "Recreate" || t != "0" && t != "0%" {
			at := n
			if kind.Text() == "Recreate" {
				at = kind
			}
			m.unkept(p, at.At(), o.At(), "K15", "maxUnavailable: 0", "a deploy takes pods of %s away before new ones are ready", w.Label())
		}
		for _, c := range w.Pod().Get("containers").Items() {
			if c.Get("name").Text() == m.Facts.Application && !c.Get("lifecycle", "preStop").OK() {
				m.unkept(p, c.Get("lifecycle").At(), o.At(), "K22", "keep preStop", "%s stops while requests are still sent to it", w.Label())
			}
		}
	}
}

func startsInTime(m *Case, p Figure) {
	for _, o := range m.overlays {
		w, c, ok := o.app(m)
		if !ok {
			continue
		}
		probe := c.Get("startupProbe")
		delay, _ := probe.Get("initialDelaySeconds").Number()
		period, given := probe.Get("periodSeconds").Number()
		if !given {
			period = 10
		}
		threshold, given := probe.Get("failureThreshold").Number()
		if !given {
			threshold = 3
		}
		if takes := time.Duration(delay+period*threshold) * time.Second; takes > p.Within {
			m.unkept(p, probe.Get("failureThreshold").At(), o.At(), "T12", "lower failureThreshold or periodSeconds", "%s may take %s to start, and %s are promised", w.Label(), takes, p.Within)
		}
	}
}

func asksEndpoint(m *Case, p Figure) {
	for _, o := range m.overlays {
		asked := false
		for _, j := range o.Kinds("Job") {
			if !strings.Contains(j.Get("metadata", "annotations", "argocd.argoproj.io/hook").Text(), "PostSync") {
				continue
			}
			asked = true
			m.asksInTime(o, j, p)
		}
		if !asked && len(o.Folders) > 0 {
			m.unkept(p, o.At(), m.appsPlace(), "T06", "keep the folder smoke among the resources", "after a sync of %s nothing asks the application", o.Dir)
		}
	}
}

// asksInTime requires that the Job gives up when the promised time has passed, and that
// Kubernetes stops one that never came to ask, but not before.
func (m *Case) asksInTime(o *overlay, j *pipeline.Object, p Figure) {
	promised := int(p.Within.Seconds())
	given := j.Get("spec", "template", "spec", "containers")
	asks := 0
	for _, c := range given.Items() {
		for _, e := range c.Get("env").Items() {
			if e.Get("name").Text() == "WITHIN" && strings.Contains(strings.Join(c.Get("command").List(), "\n"), "$(date +%s) + WITHIN") {
				given = e.Get("value")
				asks, _ = strconv.Atoi(given.Text())
			}
		}
	}
	if asks < 1 || asks > promised {
		m.unkept(p, given.At(), o.At(), "T06", "WITHIN: \""+strconv.Itoa(promised)+"\" and the script that counts it", "%s may try for longer than %s", j.Label(), p.Within)
	}
	limit := j.Get("spec", "activeDeadlineSeconds")
	if s, ok := limit.Number(); !ok || s <= asks {
		m.unkept(p, limit.At(), given.At(), "T06", "activeDeadlineSeconds: more than the promise, by what the pod needs to start", "%s is stopped too early, or never, when its pod does not start", j.Label())
	}
}

func seesStuck(m *Case, p Figure) {
	for _, o := range m.overlays {
		w, _, ok := o.app(m)
		if !ok {
			continue
		}
		n := w.Get("spec", "progressDeadlineSeconds")
		if s, ok := n.Number(); !ok || time.Duration(s)*time.Second >= p.Within {
			m.unkept(p, n.At(), o.At(), "T14", "lower progressDeadlineSeconds", "a rollout of %s that is stuck is seen too late to be taken back within %s", w.Label(), p.Within)
		}
	}
	for _, w := range m.writers {
		if w.Reverts {
			return
		}
	}
	m.unkept(p, m.anyOverlay(), m.appsPlace(), "T18", "keep the workflow rollback", "no workflow takes a deploy back")
}

func syncsByItself(m *Case, p Figure) {
	for _, a := range m.Applications {
		auto := a.Get("spec", "syncPolicy", "automated")
		if !auto.OK() || auto.Get("enabled").Text() == "false" {
			m.unkept(p, auto.At(), a.Get("metadata", "name").At(), "T05", "keep automated", "Application %s waits for a person before it syncs", pipeline.NameOf(a))
		}
	}
}
