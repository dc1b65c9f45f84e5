package pipeline

// Strategy is how a Rollout of Argo Rollouts replaces pods: what canary or blueGreen has, and which of the two it is; ""
// for what is no such Rollout.
func (o *Object) Strategy() (name string, of Node) {
	if o.Kind != "Rollout" || o.Group != "argoproj.io" {
		return "", Node{}
	}
	for _, name := range []string{"canary", "blueGreen"} {
		if of := o.Get("spec", "strategy", name); of.OK() {
			return name, of
		}
	}
	return "", Node{}
}

// Unavailable is how many pods a deploy may take away before new ones are ready, and whether there is such a number: all
// new pods of a blue-green, and of a canary whose traffic is routed, run beside all old ones.
func (w Workload) Unavailable() (Node, bool) {
	switch name, of := w.Strategy(); {
	case name == "blueGreen", name == "canary" && of.Get("trafficRouting").OK():
		return of, false
	case name == "canary":
		return of.Get("maxUnavailable"), true
	}
	return w.Get("spec", "strategy", "rollingUpdate", "maxUnavailable"), true
}

// Moved are the names of the HTTPRoutes whose weights a Rollout moves by the plugin for Gateways.
func (o *Object) Moved() []Node {
	_, of := o.Strategy()
	plugin := of.Get("trafficRouting", "plugins", "argoproj-labs/gatewayAPI")
	var out []Node
	if one := plugin.Get("httpRoute"); one.OK() {
		out = append(out, one)
	}
	for _, several := range plugin.Get("httpRoutes").Items() {
		out = append(out, several.Get("name"))
	}
	return out
}

// Share is where a Rollout gives a new version requests, and the analysis that comes right after it, missing where none does.
type Share struct{ At, Analysis Node }

// Shares are the steps of a canary with a share below all of the requests, or the switch of a blue-green.
func (o *Object) Shares() []Share {
	name, of := o.Strategy()
	if name == "blueGreen" {
		return []Share{{of, of.Get("postPromotionAnalysis")}}
	}
	var out []Share
	steps := of.Get("steps").Items()
	for i, s := range steps {
		if n, ok := s.Get("setWeight").Number(); ok && n > 0 && n < 100 {
			share := Share{At: s}
			if i+1 < len(steps) {
				share.Analysis = steps[i+1].Get("analysis")
			}
			out = append(out, share)
		}
	}
	return out
}

// Analyses are all places in which a Rollout asks for measures by AnalysisTemplates.
func (o *Object) Analyses() []Node {
	_, of := o.Strategy()
	var out []Node
	for _, a := range []Node{of.Get("analysis"), of.Get("prePromotionAnalysis"), of.Get("postPromotionAnalysis")} {
		if a.OK() {
			out = append(out, a)
		}
	}
	for _, s := range of.Get("steps").Items() {
		if a := s.Get("analysis"); a.OK() {
			out = append(out, a)
		}
	}
	return out
}

// AnalysisTemplate is the one of a name in a target, nil where it is not there.
func (t *Target) AnalysisTemplate(name string) *Object {
	for _, o := range t.Kinds("AnalysisTemplate") {
		if o.Name == name {
			return o
		}
	}
	return nil
}
