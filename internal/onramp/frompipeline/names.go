package frompipeline

import (
	"slices"
	"strings"
)

// names reads how the pods of a program look names up, and what is written on them for people and tools. What all objects
// have is no label of the pods, and what selects the pods is pipegen's to write.
func (d *drafter) names(p *program) {
	w := p.last().workload
	pod := w.Pod()
	for _, alias := range pod.Get("hostAliases").Items() {
		if ip := alias.Get("ip").Text(); ip != "" && len(alias.Get("hostnames").List()) > 0 {
			d.add(alias.Get("hostnames").List(), alias.At(), p.field("hostAliases", ip)...)
		}
	}
	for _, field := range []string{"nameservers", "searches"} {
		if n := pod.Get("dnsConfig", field); len(n.List()) > 0 {
			d.add(n.List(), n.At(), p.field("dns", field)...)
		}
	}
	for _, o := range pod.Get("dnsConfig", "options").Items() {
		d.add(o.Get("value").Text(), o.At(), p.field("dns", "options", o.Get("name").Text())...)
	}
	for name, value := range w.Template.Get("metadata", "annotations").Pairs() {
		if ofPods(name) {
			d.add(value.Text(), value.At(), p.field("annotations", name)...)
		}
	}
	selected := w.Get("spec", "selector", "matchLabels")
	for name, value := range w.Template.Get("metadata", "labels").Pairs() {
		everywhere := !slices.ContainsFunc(p.runs, func(r run) bool {
			return r.workload.Template.Get("metadata", "labels", name).Text() != value.Text()
		})
		if everywhere && !selected.Get(name).OK() && ofPods(name) && name != "owner" {
			d.add(value.Text(), value.At(), p.field("labels", name)...)
		}
	}
}

// ofPods reports whether a spec may give pods an annotation: not one of a person, of a tool that obeys it, or of Kubernetes.
func ofPods(name string) bool {
	domain, _, _ := strings.Cut(name, "/")
	return name != "email" && domain != "argocd.argoproj.io" && !strings.HasSuffix(domain, "kubernetes.io") && domain != "pipegen" && name != "prometheus.io/port"
}
