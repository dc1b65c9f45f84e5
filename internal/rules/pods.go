package rules

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

var pods = []Rule{
	{
		ID:    "K10",
		Title: "pods run as Pod Security's level restricted asks",
		Why:   "A program that is broken into has the rights of its container. As its own user, without privileges and with a root that it cannot write to, it has few; Pod Security's level restricted asks for most of this.",
		Evidence: []Source{
			{Says: "Pod Security Standards", URL: "https://kubernetes.io/docs/concepts/security/pod-security-standards/"},
		},
		By:    Proof | Import | Output,
		Check: fewRights,
	},
	{
		ID:    "K11",
		Title: "each writable folder is an empty directory with a bound",
		Why:   "The root file system is read-only, so /tmp and the like are volumes. Without a bound one pod can fill the disk of its node.",
		By:    Output,
	},
	{
		ID:    "K12",
		Title: "pods have an account of their own",
		Why:   "Pods that name a missing account are refused, and the default one is shared. A token that the program does not use is not mounted.",
		By:    Import | Output,
		Check: ownAccount,
	},
	{
		ID:    "K35",
		Title: "the account of pods may do what their program needs, and no more",
		Why:   "Whoever breaks into a program has its account. Who may read Secrets, start pods or get into them, or give rights, has in the end all that the namespace has. Who may scale or delete what is deployed undoes what is promised of it. What is for everything is also for what is added later.",
		Evidence: []Source{
			{Says: "risks of RBAC", URL: "https://kubernetes.io/docs/concepts/security/rbac-good-practices/"},
		},
		By:    Proof | Import,
		Check: fewClusterRights,
	},
	{
		ID:    "K13",
		Title: "what others call has its three probes",
		Why:   "Startup, readiness and liveness ask for different things. If liveness asks what readiness asks, a slow database restarts every pod.",
		Evidence: []Source{
			{Says: "probes", URL: "https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/"},
		},
		By:    Proof | Import | Output,
		Check: threeProbes,
	},
	{
		ID:    "K14",
		Title: "every container says what it needs",
		Why:   "The scheduler places a pod by its requests, and without limits one pod takes memory or disk from all others of its node.",
		By:    Import | Output,
		Check: saysItsNeeds,
	},
	{
		ID:    "K15",
		Title: "a rollout takes no pod away before a new one is ready",
		Why:   "With maxUnavailable 0 the old pods serve until the new ones do. With too few pods, the loss of one node is felt.",
		By:    Promise | Output,
	},
	{
		ID:    "K16",
		Title: "a rollout that hangs is noticed",
		Why:   "By default a rollout may hang for ten minutes before it counts as failed, and Argo CD says Progressing for as long.",
		By:    Import | Output,
		Check: noticesHanging,
	},
	{
		ID:    "K17",
		Title: "nodes can be drained, and not all pods at once",
		Why:   "A budget that needs all pods blocks every drain of a node; without one a drain may take all pods at once.",
		Evidence: []Source{
			{Says: "disruption budgets", URL: "https://kubernetes.io/docs/tasks/run-application/configure-pdb/"},
		},
		By:    Import | Output,
		Check: drains,
	},
	{
		ID:    "K34",
		Title: "one disruption budget at most counts a pod",
		Why:   "Kubernetes refuses to evict a pod that two budgets select, so that its node cannot be drained, however many pods there are.",
		Evidence: []Source{
			{Says: "arbitrary workloads and selectors", URL: "https://kubernetes.io/docs/tasks/run-application/configure-pdb/#arbitrary-controllers-and-selectors"},
			{Says: "the eviction of a pod with several budgets", URL: "https://github.com/kubernetes/kubernetes/blob/v1.37.0/pkg/registry/core/pod/storage/eviction.go"},
		},
		By:    Proof | Import,
		Check: oneBudget,
	},
	{
		ID:    "K19",
		Title: "network policies select the pods of one application by its instance label",
		Why:   "A label that more than one application has lets the wrong pods in, and a policy that forgets DNS stops everything.",
		By:    Output,
	},
	{
		ID:    "K22",
		Title: "a pod goes on serving for a moment before it stops",
		Why:   "A pod that stops at once still gets requests, since load balancers learn of it later. A short pause before the stop lets them.",
		By:    Refusal | Promise | Output,
	},
	{
		ID:    "K23",
		Title: "an autoscaler alone sets the number of pods",
		Why:   "If a Deployment also names a number, each sync undoes what the autoscaler has decided.",
		Evidence: []Source{
			{Says: "Argo CD: leaving room for imperativeness", URL: "https://argo-cd.readthedocs.io/en/stable/user-guide/best_practices/"},
		},
		By:    Import | Output,
		Check: scaledByOne,
	},
	{
		ID:    "K30",
		Title: "what follows the use of processor time or memory asks for some",
		Why:   "An autoscaler by a share of what pods ask for has no number to compare with where one of their containers asks for nothing: it then scales nothing, and the Application is Degraded.",
		Evidence: []Source{
			{Says: "how a HorizontalPodAutoscaler works", URL: "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/"},
		},
		By:    Proof | Output,
		Check: asksForShares,
	},
	{
		ID:     "K27",
		Title:  "no secret is in git",
		Why:    "What was once committed stays in the history and in every clone. Manifests name Secrets, and other tools bring their values.",
		By:     Proof | Refusal | Import | Output,
		Strict: "whoever has the repository, or a clone of it, has the secret",
		Check:  noSecretInGit,
	},
	{
		ID:    "K28",
		Title: "a cron job says when it runs, beside which other run, and how late",
		Why:   "By default it runs in the time zone of the cluster, beside the run before if that hangs, and never again once it has missed a hundred starts.",
		Evidence: []Source{
			{Says: "limits of CronJobs", URL: "https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/"},
		},
		By:    Proof | Import | Output,
		Check: runsAtItsTimes,
	},
	{
		ID:    "K29",
		Title: "what runs to its end is stopped in time",
		Why:   "A job that hangs keeps its pod, and with it the next run of a cron job, or the sync that waits for it.",
		By:    Proof | Refusal | Import | Output,
		Check: hasAnEnd,
	},
	{
		ID:    "X09",
		Title: "pods may pull a private image",
		Why:   "A new package of GitHub's registry is private. Without a pull secret the first pod waits in ImagePullBackOff.",
		Evidence: []Source{
			{Says: "no API makes a package public", URL: "https://github.com/armbian/ci/pull/64"},
		},
		By:    Proof | Refusal,
		Check: mayPull,
	},
	{
		ID:    "X10",
		Title: "all that is referenced is generated or declared to exist",
		Why:   "A pod that names a Secret, a ConfigMap or an account that is not there does not start. What somebody else makes is declared in the spec, and the README asks for it.",
		By:    Proof | Import,
		Found: "all that a pod refers to is there",
		Check: referencesExist,
	},
}

// lack is a field that a container should have: what to write, what is so without it, and
// where it is, or would be.
type lack struct {
	write, means string
	at           pipeline.Node
}

// lacking reports what a container lacks: with a spec each field where it is, since a
// change of the author's may be what took it away, and without one all at once.
func (c *Case) lacking(w pipeline.Workload, container pipeline.Node, lacks []lack) {
	if len(lacks) == 0 {
		return
	}
	name := quoted(container.Get("name").Text())
	if c.Facts == nil {
		var write, means []string
		for _, l := range lacks {
			write, means = append(write, l.write), append(means, l.means)
		}
		c.broken(container.At(), nowhere, "add "+strings.Join(write, ", "), "container %s of %s %s", name, w.Label(), strings.Join(means, ", "))
		return
	}
	for _, l := range lacks {
		c.broken(l.at.At(), nowhere, c.orAnswer("write "+l.write, l.at, w.Object), "container %s of %s %s", name, w.Label(), l.means)
	}
}

// ownAccount looks for pods that share the namespace's account, or that are given a token
// and variables that they do not use.
func ownAccount(c *Case) {
	c.pods(func(t *pipeline.Target, w pipeline.Workload) {
		pod := w.Pod()
		asks := slices.ContainsFunc(bindings(t), func(o *pipeline.Object) bool { return bound(o, w) })
		var missing []string
		if !pod.Get("serviceAccountName").OK() {
			missing = append(missing, "serviceAccountName")
		}
		if !asks && !pod.Get("automountServiceAccountToken").False() {
			missing = append(missing, "automountServiceAccountToken: false")
		}
		if !pod.Get("enableServiceLinks").False() {
			missing = append(missing, "enableServiceLinks: false")
		}
		if len(missing) > 0 {
			c.broken(pod.At(), nowhere, "add "+strings.Join(missing, ", "), "the pods of %s use the namespace's default account, or are given a token and variables that they do not need", w.Label())
		}
	})
}

// threeProbes looks for a probe that is missing or asks nothing, and for a liveness probe
// that a slow dependency fails. What a person puts beside the workloads of a spec needs
// no probes, and of these only those that others call need all three.
func threeProbes(c *Case) {
	if c.Facts != nil {
		c.eachProgram(func(_ *pipeline.Target, p Program) {
			needed := p.Fact.is().probes
			switch {
			case p.Fact.Unasked:
				needed = nil
			case p.Fact.Alive:
				needed = p.Fact.is().alive
			}
			c.probed(p.Workload, p.Container, needed)
		})
		return
	}
	c.pods(func(t *pipeline.Target, w pipeline.Workload) {
		if !w.LongRunning() {
			return
		}
		needed := probes
		if !slices.ContainsFunc(t.Kinds("Service"), func(s *pipeline.Object) bool { return pipeline.Selects(s.Get("spec", "selector"), w.Labels()) }) {
			needed = []string{"livenessProbe"} // nobody calls it
		}
		for _, container := range w.Pod().Get("containers").Items() {
			c.probed(w, container, needed)
		}
	})
}

func (c *Case) probed(w pipeline.Workload, container pipeline.Node, needed []string) {
	var lacks []lack
	for _, name := range needed {
		n := container.Get(name)
		if !n.Get("httpGet").OK() && !n.Get("tcpSocket").OK() && !n.Get("exec").OK() && !n.Get("grpc").OK() {
			lacks = append(lacks, lack{name, "has no " + name, n})
		}
	}
	c.lacking(w, container, lacks)
	for _, asks := range [][]string{{"httpGet", "path"}, {"grpc", "service"}} {
		c.asksApart(w, container.Get("readinessProbe", asks[0], asks[1]), container.Get("livenessProbe", asks[0], asks[1]))
	}
}

// asksApart looks for a liveness probe that asks what readiness asks.
func (c *Case) asksApart(w pipeline.Workload, ready, alive pipeline.Node) {
	if alive.OK() && alive.Text() == ready.Text() {
		c.broken(alive.At(), ready.At(), "give liveness a path that depends on nothing else", "readiness and liveness of %s both ask %s: a slow dependency restarts the pods", w.Label(), quoted(alive.Text()))
	}
}

var probes = []string{"startupProbe", "readinessProbe", "livenessProbe"}

// saysItsNeeds looks for containers without a request or a limit.
func saysItsNeeds(c *Case) {
	c.pods(func(_ *pipeline.Target, w pipeline.Workload) {
		for _, container := range w.Containers() {
			resources := container.Get("resources")
			var missing []string
			for _, kind := range []string{"requests", "limits"} {
				for _, what := range []string{"cpu", "memory", "ephemeral-storage"} {
					if !resources.Get(kind, what).OK() {
						missing = append(missing, kind+"."+what)
					}
				}
			}
			if len(missing) > 0 {
				c.broken(resources.At(), nowhere, "add "+strings.Join(missing, ", "), "container %s of %s does not say all that it needs and may use", quoted(container.Get("name").Text()), w.Label())
			}
		}
	})
}

// slowDeadline is Kubernetes' own progress deadline, in seconds.
const slowDeadline = 600

// noticesHanging looks for rollouts that may hang for as long as Kubernetes lets them.
func noticesHanging(c *Case) {
	c.pods(func(_ *pipeline.Target, w pipeline.Workload) {
		d := w.Get("spec", "progressDeadlineSeconds")
		if n, ok := d.Number(); (w.Kind == "Deployment" || w.Kind == "Rollout") && (!ok || n >= slowDeadline) {
			c.broken(d.At(), nowhere, "progressDeadlineSeconds: 180", "a rollout of %s that hangs is noticed after ten minutes", w.Label())
		}
	})
}

// drains looks for several pods without a disruption budget, and for budgets that keep a
// node from being drained.
func drains(c *Case) {
	c.pods(func(t *pipeline.Target, w pipeline.Workload) {
		replicas, says := t.LeastPods(w.Object)
		if !w.LongRunning() || !says.OK() || replicas < 2 {
			return
		}
		for _, b := range t.Kinds("PodDisruptionBudget") {
			if !pipeline.Matches(b.Get("spec", "selector"), w.Labels()) {
				continue
			}
			least := b.Get("spec", "minAvailable")
			if n, ok := least.Number(); ok && n >= replicas || least.Text() == "100%" {
				c.broken(least.At(), says.At(), "maxUnavailable: 1", "%s keeps every node that runs a pod of %s from being drained", b.Label(), w.Label())
			}
			if b.Get("spec", "unhealthyPodEvictionPolicy").Text() != "AlwaysAllow" {
				c.broken(b.Get("spec").At(), nowhere, "add unhealthyPodEvictionPolicy: AlwaysAllow", "%s lets a pod that is not well block a drain", b.Label())
			}
			return
		}
		c.broken(w.At(), nowhere, "add a PodDisruptionBudget with maxUnavailable: 1", "nothing keeps all pods of %s from being evicted at once", w.Label())
	})
}

// oneBudget looks for pods that several disruption budgets select.
func oneBudget(c *Case) {
	c.pods(func(t *pipeline.Target, w pipeline.Workload) {
		if claimed(t.Workloads(), w) {
			return // X20 says why
		}
		var first *pipeline.Object
		for _, b := range t.Kinds("PodDisruptionBudget") {
			switch selector := b.Get("spec", "selector"); {
			case c.Facts == nil && !(selection{Object: b, selector: selector}).asks(), !pipeline.Matches(selector, w.Labels()):
			case first == nil:
				first = b
			case b.Added() || !first.Added():
				c.twoBudgets(b, first, w)
			default:
				c.twoBudgets(first, b, w)
			}
		}
	})
}

func (c *Case) twoBudgets(b, first *pipeline.Object, w pipeline.Workload) {
	c.broken(b.Get("spec", "selector").At(), first.Get("spec", "selector").At(), "let one of them select them: delete the other, or patch it",
		"%s and %s both select the pods of %s, and Kubernetes then evicts none of them: no node that runs one can be drained", b.Label(), first.Label(), w.Label())
}

// scaledByOne looks for workloads whose number of pods an autoscaler sets as well.
func scaledByOne(c *Case) {
	c.pods(func(t *pipeline.Target, w pipeline.Workload) {
		for _, h := range t.Scalers() {
			if r := w.Get("spec", "replicas"); r.OK() && w.Scaled(h) {
				c.broken(r.At(), h.Get("spec", "scaleTargetRef").At(), "remove replicas", "%s and %s both set the number of pods", w.Label(), h.Label())
			}
		}
	})
}
