package frompipeline

import "github.com/pipegen/pipegen/internal/pipeline"

// dns is the one port that every program may reach.
const dns = 53

func (d *drafter) egress(w pipeline.Workload) {
	for _, np := range w.Target.Kinds("NetworkPolicy") {
		if !selectsLabels(np.Get("spec", "podSelector", "matchLabels"), w.Labels()) || !np.Get("spec", "egress").OK() {
			continue
		}
		ports := []int{}
		for _, rule := range np.Get("spec", "egress").Items() {
			d.leaveField(rule.Get("to"), "", "a rule of %s for some addresses only: a spec names ports", np.Label())
			for _, p := range rule.Get("ports").Items() {
				if n, ok := p.Get("port").Number(); ok && n != dns && p.Get("protocol").Text() != "UDP" {
					ports = append(ports, n)
				}
			}
		}
		d.add(ports, np.Get("spec", "egress").At(), "deploy", "egress")
		return
	}
	d.guess([]int{443}, "nothing restricts what the program may reach: name the ports that it needs", "deploy", "egress")
}
