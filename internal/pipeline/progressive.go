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
