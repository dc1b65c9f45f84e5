package change

// address is where others reach a workload from outside the cluster.
type address struct{ environment, host, path string }

func (a address) String() string { return a.host + a.path + " in " + a.environment }

// addresses are each host with each path of its routes.
func addresses(v *view) map[address]bool {
	out := map[address]bool{}
	for k, o := range v.objects {
		var hosts, paths []any
		for _, rule := range list(o.body, "spec", "rules") {
			switch k.kind {
			case "HTTPRoute", "GRPCRoute":
				hosts = list(o.body, "spec", "hostnames")
				for _, match := range list(rule, "matches") {
					if service := dig(match, "method", "service"); service != nil {
						paths = append(paths, "/"+text(service))
					} else {
						paths = append(paths, dig(match, "path", "value"))
					}
				}
				if len(list(rule, "matches")) == 0 {
					paths = append(paths, "/")
				}
			case "Ingress":
				hosts = append(hosts, dig(rule, "host"))
				for _, p := range list(rule, "http", "paths") {
					paths = append(paths, dig(p, "path"))
				}
			}
		}
		for _, host := range hosts {
			for _, path := range paths {
				out[address{k.environment, text(host), text(path)}] = true
			}
		}
	}
	return out
}

// addressNames are the addresses in words.
func addressNames(v *view) map[string]bool {
	out := map[string]bool{}
	for a := range addresses(v) {
		out[a.String()] = true
	}
	return out
}

// addressGone says it of each address that is not there any longer in an environment that stays.
func addressGone(a, b *view, add report) {
	after, stay := addresses(b), environments(b)
	for at := range addresses(a) {
		if _, stays := stay[at.environment]; stays && !after[at] {
			add(at.String(), "", "Nothing answers at %s any longer.", at)
		}
	}
}
