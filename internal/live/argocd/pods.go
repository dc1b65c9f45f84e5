package argocd

import (
	"context"
	"net/url"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/pipegen/pipegen/internal/live/remote"
)

// maxPods is how many pods of an Application are asked about.
const maxPods = 100

// Hidden is the kind of failure when the project hides what was asked for.
const Hidden remote.Kind = "hidden"

// Running is what the Application's objects have made in the cluster.
type Running struct {
	Pods     []Pod
	CronJobs []CronJob
}

// Pod is a pod of the Application's workloads; those of Jobs are left out.
type Pod struct {
	Name  string
	Ready bool
	// Owner is the name of the Deployment, the Rollout or the StatefulSet that it belongs to.
	Owner string
	// Images are the images of its containers, as the pod names them.
	Images []string
	// StartedAt is when its last container started, ReadyAt when it last became ready; each is zero until then.
	StartedAt, ReadyAt time.Time
	// Restarts counts the restarts of all containers.
	Restarts int
	// UID and Namespace distinguish it from other pods of its name.
	UID, Namespace string
	// Unscheduled says why it has no node, "" once it has one.
	Unscheduled string
	// Containers are those that are waiting or have terminated before.
	Containers []Container
	// Analyses are the AnalysisRuns by which Argo Rollouts has judged its version, the oldest first.
	Analyses []Analysis
}

// Analysis is an AnalysisRun. Health and Message are Argo CD's words for its phase: Healthy, Degraded, Progressing, and Unknown
// for an inconclusive one.
type Analysis struct {
	Name, Health, Message string
	CreatedAt             time.Time
}

// Container is a container that does not run, or has terminated before.
type Container struct {
	Name string
	// Waiting and Message are Kubernetes' reason why it does not run, "" if it does.
	Waiting, Message string
	// Ended says how it last terminated, such as OOMKilled, and ExitCode is its exit code.
	Ended    string
	ExitCode int
}

type node struct {
	Group     string   `json:"group"`
	Version   string   `json:"version"`
	Kind      string   `json:"kind"`
	Namespace string   `json:"namespace"`
	Name      string   `json:"name"`
	UID       string   `json:"uid"`
	Images    []string `json:"images"`
	Health    struct {
		Status  string `json:"status"`
		Message string `json:"message"`
	} `json:"health"`
	CreatedAt time.Time `json:"createdAt"`
	Parents   []struct {
		Kind string `json:"kind"`
		Name string `json:"name"`
	} `json:"parentRefs"`
}

// ownedBy reports whether an object of a kind and a name has made the node.
func (n node) ownedBy(kind, name string) bool {
	return len(n.Parents) > 0 && n.Parents[0].Kind == kind && n.Parents[0].Name == name
}

// stays reports whether the pod is of something that runs all the time.
func (n node) stays() bool {
	return len(n.Parents) > 0 && (n.Parents[0].Kind == "ReplicaSet" || n.Parents[0].Kind == "StatefulSet")
}

type wirePod struct {
	Status struct {
		Conditions []struct {
			Type               string    `json:"type"`
			Status             string    `json:"status"`
			Message            string    `json:"message"`
			LastTransitionTime time.Time `json:"lastTransitionTime"`
		} `json:"conditions"`
		Containers []wireContainer `json:"containerStatuses"`
		Init       []wireContainer `json:"initContainerStatuses"`
	} `json:"status"`
}

type wireContainer struct {
	Name         string `json:"name"`
	RestartCount int    `json:"restartCount"`
	State        struct {
		Running *struct {
			StartedAt time.Time `json:"startedAt"`
		} `json:"running"`
		Waiting struct {
			Reason  string `json:"reason"`
			Message string `json:"message"`
		} `json:"waiting"`
	} `json:"state"`
	LastState struct {
		Terminated struct {
			Reason   string `json:"reason"`
			ExitCode int    `json:"exitCode"`
		} `json:"terminated"`
	} `json:"lastState"`
}

// Running lists the pods that the Application's ReplicaSets and StatefulSets own, and its CronJobs of some names, from its tree of
// resources, and asks for the state of each.
func (c *Client) Running(ctx context.Context, application string, cronJobs []string) (Running, error) {
	var tree struct {
		Nodes []node `json:"nodes"`
	}
	var out Running
	base := "/api/v1/applications/" + url.PathEscape(application)
	if err := c.get(ctx, base+"/resource-tree", &tree); err != nil {
		return out, err
	}
	if hidden(tree.Nodes) {
		return out, &remote.Error{Kind: Hidden, URL: c.Server + base + "/resource-tree",
			Reason: "shows nothing that the Deployment has made: the project does not allow ReplicaSet and Pod, and Argo CD hides what is not allowed"}
	}
	for _, n := range tree.Nodes {
		switch {
		case n.Kind == "CronJob" && slices.Contains(cronJobs, n.Name):
			cron, err := c.cronJob(ctx, base, n, tree.Nodes)
			if err != nil {
				return out, err
			}
			out.CronJobs = append(out.CronJobs, cron)
		case n.Kind == "Pod" && n.stays() && len(out.Pods) < maxPods:
			var w wirePod
			if err := c.object(ctx, base, n, &w); err != nil {
				return out, err
			}
			pod := w.pod(n)
			pod.Owner = n.Parents[0].Name
			if n.Parents[0].Kind == "ReplicaSet" {
				pod.Owner, pod.Analyses = owner(tree.Nodes, n.Parents[0].Name), analyses(tree.Nodes, n.Parents[0].Name)
			}
			out.Pods = append(out.Pods, pod)
		}
	}
	return out, nil
}

// object asks for the object of a node of a tree.
func (c *Client) object(ctx context.Context, base string, n node, into any) error {
	q := url.Values{"namespace": {n.Namespace}, "resourceName": {n.Name}, "version": {n.Version}, "group": {n.Group}, "kind": {n.Kind}}
	path := base + "/resource?" + q.Encode()
	var m manifest
	if err := c.get(ctx, path, &m); err != nil {
		return err
	}
	return m.decode(c.Server+path, into)
}

// owner returns the name of the Deployment of a ReplicaSet, "" if there is none.
func owner(tree []node, replicaSet string) string {
	for _, n := range tree {
		if n.Kind == "ReplicaSet" && n.Name == replicaSet && len(n.Parents) > 0 {
			return n.Parents[0].Name
		}
	}
	return ""
}

// analyses are the AnalysisRuns of the version of a ReplicaSet: their names begin with its name.
func analyses(tree []node, replicaSet string) []Analysis {
	var out []Analysis
	for _, n := range tree {
		if n.Kind == "AnalysisRun" && strings.HasPrefix(n.Name, replicaSet+"-") {
			out = append(out, Analysis{n.Name, n.Health.Status, n.Health.Message, n.CreatedAt})
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].CreatedAt.Before(out[j].CreatedAt) })
	return out
}

// hidden reports whether the ReplicaSets of a Deployment or a Rollout are hidden: each of them has at least one.
func hidden(tree []node) bool {
	is := func(group, kind string) func(node) bool {
		return func(n node) bool { return n.Group == group && n.Kind == kind }
	}
	makes := slices.ContainsFunc(tree, is("apps", "Deployment")) || slices.ContainsFunc(tree, is("argoproj.io", "Rollout"))
	return makes && !slices.ContainsFunc(tree, is("apps", "ReplicaSet"))
}

func (w wirePod) pod(n node) Pod {
	p := Pod{Name: n.Name, Images: n.Images, UID: n.UID, Namespace: n.Namespace}
	for _, c := range w.Status.Conditions {
		if c.Type == "Ready" && c.Status == "True" {
			p.Ready, p.ReadyAt = true, c.LastTransitionTime
		}
		if c.Type == "PodScheduled" && c.Status == "False" {
			p.Unscheduled = c.Message
		}
	}
	for _, c := range w.Status.Containers {
		p.Restarts += c.RestartCount
		if c.State.Running != nil && c.State.Running.StartedAt.After(p.StartedAt) {
			p.StartedAt = c.State.Running.StartedAt
		}
	}
	for _, c := range slices.Concat(w.Status.Init, w.Status.Containers) {
		waiting, ended := c.State.Waiting, c.LastState.Terminated
		if waiting.Reason != "" || ended.Reason != "" {
			p.Containers = append(p.Containers, Container{Name: c.Name, Waiting: waiting.Reason, Message: waiting.Message, Ended: ended.Reason, ExitCode: ended.ExitCode})
		}
	}
	return p
}

// allowsLogs reads a line of a project's policy: p, SUBJECT, RESOURCE, ACTION, OBJECT, EFFECT.
func allowsLogs(policy string) bool {
	f := strings.Split(policy, ",")
	for i := range f {
		f[i] = strings.TrimSpace(f[i])
	}
	return len(f) == 6 && f[0] == "p" && f[5] == "allow" && (f[2] == "logs" || f[2] == "*") && (f[3] == "get" || f[3] == "*")
}
