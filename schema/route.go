package schema

// Route is a way in from outside: exactly one of Gateway, Ingress and LoadBalancer.
type Route struct {
	Hosts        []string      `json:"hosts"`
	Paths        []string      `json:"paths"` // nil: /
	Gateway      *Gateway      `json:"gateway"`
	Ingress      *Ingress      `json:"ingress"`
	LoadBalancer *LoadBalancer `json:"loadBalancer"`
	GRPC         *GRPCRoute    `json:"grpc"`
	TLS          *RouteTLS     `json:"tls"`
}

// GRPCRoute says which services of gRPC lead to a workload; none: every one.
type GRPCRoute struct {
	Services []string `json:"services"`
}

type Gateway struct {
	Name      string `json:"name"`
	Namespace string `json:"namespace"` // "": that of the environment
	Listener  string `json:"listener"`  // "": all
	Redirect  string `json:"redirect"`  // "": none
}

type Ingress struct {
	Class       string            `json:"class"` // "": the default of the cluster
	Annotations map[string]string `json:"annotations"`
}

type LoadBalancer struct {
	Class       string            `json:"class"`
	Annotations map[string]string `json:"annotations"`
}

// RouteTLS has one of Secret, Issuer and ClusterIssuer.
type RouteTLS struct {
	Secret        string `json:"secret"`
	Issuer        string `json:"issuer"`
	ClusterIssuer string `json:"clusterIssuer"`
}

// RouteDifference is what an environment changes in a Route; nil: as in the workload.
type RouteDifference struct {
	None    bool     `json:"none"`
	Hosts   []string `json:"hosts"`
	Gateway *Gateway `json:"gateway"`
}

// choices checks where it must choose between fields.
func (r *Route) choices(at string, pick func(path, names string, set ...bool)) {
	if r == nil {
		return
	}
	pick(at, "gateway, ingress and loadBalancer", r.Gateway != nil, r.Ingress != nil, r.LoadBalancer != nil)
	if t := r.TLS; t != nil {
		pick(at+".tls", "secret, issuer and clusterIssuer", t.Secret != "", t.Issuer != "", t.ClusterIssuer != "")
	}
}
