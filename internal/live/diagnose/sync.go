package diagnose

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/live/argocd"
	"github.com/pipegen/pipegen/internal/live/remote"
)

// specCauses are the causes if the Application differs from the spec, or Argo CD cannot read it.
func specCauses() []Cause {
	return []Cause{
		{ID: "root-behind", Statement: "The root Application does not bring what git has", Tested: "Argo CD was asked about the root: whether it is there, syncs by itself, and has synced without an error", Remedy: "argocd app get shows what it complains of", whole: true, test: rootBehind},
		{ID: "clusters-missing", Statement: "Fewer clusters in Argo CD have the labels than the spec asks for", Tested: "Argo CD was asked which Applications the ApplicationSet of the labels has made", Remedy: "label the Secrets of the clusters, as the README of the GitOps repository says", whole: true, test: clustersMissing},
		{ID: "set-failed", Statement: "An ApplicationSet is not there, or reports an error", Tested: "its condition ErrorOccurred was read", Remedy: "fix what the message says", whole: true, test: setFailed},
		{ID: "application-missing", Statement: "There is no such Application", Tested: "Argo CD has none of that name", Remedy: "apply the manifests of the GitOps repository's folder argocd, as its README says", test: applicationMissing},
		{ID: "wrong-source", Statement: "The Application is not as the spec says: repository, branch, path, project, cluster or namespace", Tested: "each of them was compared with the spec", Remedy: "apply the Application's manifest again", test: of(app, wrongSource)},
		{ID: "image-name", Statement: "The live folder names another image than the spec", Tested: "the image of the live folder was compared with the spec", Remedy: "pipegen check, then run the deploy again", test: imageName},
		{ID: "image-missing", Statement: "The registry does not have an image that the live folder names", Tested: "each digest of the live folder was asked for", Remedy: "run the failed jobs again, or push a commit that builds the image", test: imageMissing},
		{ID: "not-permitted", Statement: "The Argo CD project does not exist, or does not permit the repository, the destination or a kind", Tested: "a condition of the Application, the last sync or the answer to a question about it says so", Remedy: "apply the project's manifest again; run 'pipegen generate' if a kind is new", test: notPermitted},
		{ID: "cluster-unknown", Statement: "Argo CD does not know the cluster", Tested: "a condition of the Application says that there is no such cluster, or two of its name", Remedy: "argocd cluster list shows those that it knows; argocd cluster add registers one", test: clusterUnknown},
		{ID: "cluster-unreachable", Statement: "Argo CD cannot reach the cluster", Tested: "a ComparisonError says that nothing is known of the cluster", Remedy: "argocd cluster list shows the state; look at the network, and at the credential in the cluster's Secret", test: clusterUnreachable},
		{ID: "repository-unreachable", Statement: "Argo CD cannot read the GitOps repository", Tested: "a ComparisonError has the words of a failed login or connection", Remedy: "argocd repo list shows the state; give Argo CD a credential for the repository", test: repositoryUnreachable},
		{ID: "decrypter-missing", Statement: "Argo CD does not start the program that decrypts Secrets", Tested: "a ComparisonError says that kustomize may start no program, or that there is no ksops", Remedy: "give the repo server KSOPS and kustomize.buildOptions, as the README of the GitOps repository says", test: decrypterMissing},
		{ID: "not-decrypted", Statement: "Argo CD cannot decrypt a Secret", Tested: "a ComparisonError has the words of KSOPS or SOPS", Remedy: "give the repo server a key that decrypts the file, or let SOPS write the file anew", test: notDecrypted},
		{ID: "render-failed", Statement: "Argo CD cannot render the overlay", Tested: "a ComparisonError has other words", Remedy: "pipegen check, and kustomize build of the overlay", test: renderFailed},
		{ID: "paused", Statement: "An annotation makes Argo CD ignore the Application", Tested: "the Application has the annotation argocd.argoproj.io/skip-reconcile", Remedy: "remove the annotation with kubectl annotate", test: of(app, paused)},
		{ID: "auto-sync-off", Statement: "Automatic syncs are off, and the spec has them on", Tested: "the Application's sync policy was compared with the spec", Remedy: "argocd app set APP --sync-policy automated, or apply its manifest again", test: of(app, autoSyncOff)},
	}
}

// app returns the Application, or the answer if it is not known.
func app(_ delivery, e environment) (argocd.Application, *answer) {
	if !e.App.Known {
		return argocd.Application{}, lacking(e.App)
	}
	return e.App.Value, nil
}

func appAt(p delivery, e environment) criteria.Evidence {
	return criteria.Evidence{What: "Application", URL: e.App.URL, Revision: e.App.Value.Revision, At: p.facts.At}
}

func applicationMissing(p delivery, e environment) *answer {
	switch {
	case e.App.Known, e.App.Kind == argocd.NoProject:
		return excluded("the Application is there")
	case e.App.Kind != remote.NotFound:
		return lacking(e.App)
	}
	remedy := again(p, e)
	if p.plan.ArgoCD.ApplicationSet && e.plan.Cluster.Fleet == nil {
		remedy += fmt.Sprintf("; if that is done, kubectl describe applicationset %s%s says why there is none", p.plan.Name, e.plan.Instance.Flags())
	}
	return found("Argo CD has no Application "+e.plan.Application, remedy)
}

// plainURL and plainRef return a form for comparisons: Argo CD accepts several.
func plainURL(s string) string {
	return strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(s), "/"), ".git")
}

func plainRef(s string) string { return strings.TrimPrefix(s, "refs/heads/") }

func wrongSource(p delivery, e environment, a argocd.Application) *answer {
	g := a.Settings
	var wrong []string
	for _, c := range []struct{ what, is, wanted string }{
		{"the repository", plainURL(g.RepoURL), plainURL(e.plan.Instance.URL)},
		{"targetRevision", plainRef(g.TargetRevision), p.plan.Branch(e.plan)},
		{"the path", strings.Trim(g.Path, "/"), e.plan.Overlay},
		{"the project", g.Project, e.plan.Project.Name},
		{"the cluster", g.Cluster, e.plan.Cluster.Destination()},
		{"the namespace", g.Namespace, e.plan.Namespace},
	} {
		if c.is != c.wanted {
			wrong = append(wrong, fmt.Sprintf("%s is %q, and in the spec %q", c.what, brief(c.is), c.wanted))
		}
	}
	sources := 1
	if p.plan.Chart(e.plan) != nil {
		sources++ // the overlay is the first one
	}
	if g.Sources != sources {
		wrong = append(wrong, fmt.Sprintf("it has %d sources, and in the spec %d", g.Sources, sources))
	}
	if len(wrong) == 0 {
		return excluded("the Application is as the spec says")
	}
	return found(strings.Join(wrong, "; "), again(p, e), appAt(p, e))
}

func imageName(p delivery, e environment) *answer {
	switch l := e.Live; {
	case !l.Known:
		return lacking(l)
	case !l.Value.Deployed():
		return excluded("nothing is deployed yet")
	}
	for _, i := range e.Images {
		if i.Live.Name != "" {
			continue
		}
		var theirs []string
		for _, r := range e.Live.Value.Images {
			theirs = append(theirs, strconv.Quote(r.Name))
		}
		return found(brief(fmt.Sprintf("the live folder names the image %s, the spec %q", strings.Join(theirs, " and "), i.Reference())), "",
			criteria.Evidence{What: "GitOps repository", URL: e.Live.URL, Revision: e.Live.Value.Revision, At: p.facts.At})
	}
	return excluded("the live folder names the images of the spec")
}

// complaint returns the first condition or refusal of a sync that satisfies a test.
func complaint(p delivery, e environment, is func(kind, text string) bool) *answer {
	a, no := app(p, e)
	if no != nil {
		return no
	}
	for _, c := range a.Conditions {
		if is(c.Type, strings.ToLower(c.Message)) {
			at := appAt(p, e)
			at.What, at.At = brief(c.Type), c.At
			return found(brief(c.Message), "", at)
		}
	}
	for _, r := range append([]string{a.Operation.Message}, a.Operation.Refused...) {
		if a.Operation.Phase != "Succeeded" && is("sync", strings.ToLower(r)) {
			return found(brief(r), "", syncAt(e))
		}
	}
	return excluded("Argo CD does not complain of that")
}

// syncAt returns the last sync as evidence.
func syncAt(e environment) criteria.Evidence {
	op := e.App.Value.Operation
	at := op.FinishedAt
	if at.IsZero() {
		at = op.StartedAt
	}
	return criteria.Evidence{What: "sync", URL: e.App.URL, Revision: op.Revision, At: at}
}

// wordsForbidden are Argo CD's words when a project does not permit something, or does not exist.
var wordsForbidden = []string{"not permitted in project", "do not match any of the allowed destinations", "referencing project"}

func permission(text string) bool { return anyOf(text, wordsForbidden) }

func notPermitted(p delivery, e environment) *answer {
	if e.plan.Project.Existing {
		return notPermittedByOthers(p, e)
	}
	apply := "kubectl apply" + e.plan.Instance.Context() + " -f " + e.plan.Project.File
	if e.App.Kind == argocd.NoProject {
		if e.plan.Instance.Root == nil {
			apply += " -f " + e.plan.Manifest
		}
		return found(e.App.Why, apply+", in the GitOps repository")
	}
	a := complaint(p, e, func(_, text string) bool { return permission(text) })
	if a.status == Found {
		a.remedy = apply + ", in the GitOps repository; run 'pipegen generate' before if a kind is new"
	}
	return a
}

// notPermittedByOthers is notPermitted where somebody else keeps the project.
func notPermittedByOthers(p delivery, e environment) *answer {
	remedy := askKeeper(e, "what the README of the GitOps repository names")
	if e.App.Kind == argocd.NoProject {
		return found(e.App.Why, remedy)
	}
	a := complaint(p, e, func(_, text string) bool { return permission(text) })
	if a.status == Found {
		a.remedy = remedy
	}
	return a
}

// wordsUnknown are Argo CD's words when it has no Secret for a cluster, or several, and wordsUnreached when it has one
// and nothing came of it.
var (
	wordsUnknown   = []string{"no clusters with this name", "clusters with the same name", "error getting cluster by"}
	wordsUnreached = []string{"failed to get cluster info", "error synchronizing cache state", "failed to load live state"}
)

func noCluster(text string) bool { return anyOf(text, wordsUnknown) }
func unreached(text string) bool { return anyOf(text, wordsUnreached) && !noCluster(text) }

func clusterUnknown(p delivery, e environment) *answer {
	a := complaint(p, e, func(_, text string) bool { return noCluster(text) })
	if a.status == Found {
		how := "argocd cluster add CONTEXT --name " + e.plan.Cluster.Name
		if e.plan.Cluster.Name == "" {
			how = "argocd cluster add CONTEXT, whose server is " + e.plan.Cluster.Server
		}
		a.remedy = "argocd cluster list shows the clusters that Argo CD knows; to register it: " + how
	}
	return a
}

func clusterUnreachable(p delivery, e environment) *answer {
	a := complaint(p, e, func(kind, text string) bool { return kind == "ComparisonError" && unreached(text) })
	if a.status == Found {
		a.remedy = "argocd cluster get " + e.plan.Cluster.String() + " shows the state; look at the network between Argo CD and its API server, and at the credential in the cluster's Secret"
	}
	return a
}

// wordsUnread are the words of git and Argo CD when a repository cannot be read.
var wordsUnread = []string{"authentication required", "authentication failed", "authorization failed", "repository not found", "failed to list refs", "could not read from remote", "could not read username", "permission denied (publickey)", "dial tcp", "i/o timeout", "no such host", "connection refused", "unable to access", "x509:"}

// What decrypts has words of its own for a key that it cannot get, and for a value that somebody has changed.
func unread(text string) bool {
	return anyOf(text, wordsUnread) && !unreached(text) && !undecrypted(text)
}

func repositoryUnreachable(p delivery, e environment) *answer {
	a := complaint(p, e, func(kind, text string) bool { return kind == "ComparisonError" && unread(text) })
	if a.status == Found {
		a.remedy = "give Argo CD a credential that may read " + e.plan.Instance.URL + ": argocd repo add, or a Secret labelled argocd.argoproj.io/secret-type: repository; argocd repo list" + e.plan.Instance.Server() + " shows the state"
	}
	return a
}

func renderFailed(p delivery, e environment) *answer {
	return complaint(p, e, func(kind, text string) bool {
		return (kind == "ComparisonError" || kind == "InvalidSpecError") && !unread(text) && !permission(text) && !noCluster(text) && !unreached(text) && !notStarted(text) && !undecrypted(text)
	})
}

func paused(p delivery, e environment, a argocd.Application) *answer {
	if !a.Settings.Paused {
		return excluded("the Application is not paused")
	}
	return found("the Application has the annotation argocd.argoproj.io/skip-reconcile", fmt.Sprintf("kubectl annotate application %s%s argocd.argoproj.io/skip-reconcile-", e.plan.Application, e.plan.Instance.Flags()), appAt(p, e))
}

func autoSyncOff(p delivery, e environment, a argocd.Application) *answer {
	if a.Settings.Automated || !e.plan.Sync.Automated {
		return excluded("automatic syncs are as the spec says")
	}
	remedy := "argocd app set " + e.plan.Application + e.plan.Instance.Server() + " --sync-policy automated, or apply its manifest again"
	if p.plan.ArgoCD.ApplicationSet {
		remedy = again(p, e) + ": the ApplicationSet undoes what is set in an Application"
	} else if e.plan.Instance.Root != nil {
		remedy = again(p, e)
	}
	return found("automatic syncs are off", remedy+"; now: argocd app sync "+e.plan.Application+e.plan.Instance.Server(), appAt(p, e))
}
