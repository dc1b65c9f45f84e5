package diagnose

import (
	"cmp"
	"fmt"
	"path"
	"strings"

	"github.com/pipegen/pipegen/internal/live/argocd"
)

// secretCauses are the causes if what a deploy brings along does not become a Secret.
func secretCauses() []Cause {
	return []Cause{
		{ID: "secret-key-missing", Statement: "A store of secrets does not have a key", Tested: "an ExternalSecret is Degraded, and an event of it says that something is not there", Remedy: "put the key into the store, or correct where the spec looks for it", test: unmade(keyMissing, "no store lacks a key")},
		{ID: "store-silent", Statement: "A store of secrets does not answer, or lets nobody in", Tested: "an ExternalSecret is Degraded, and no event of it says that a key is missing", Remedy: "kubectl describe the store; see whether it can be reached, and whether its credential is valid", test: unmade(storeSilent, "each store answers")},
		{ID: "not-unsealed", Statement: "A sealed Secret cannot be decrypted", Tested: "a SealedSecret is Degraded", Remedy: "let kubeseal write its file anew, for the cluster, the namespace and the name in which it is", test: unmade(notUnsealed, "each sealed Secret was decrypted")},
	}
}

// unmade looks for an object that does not become a Secret. The judge says what is wrong, or "" if the cause is another.
// What the events say is its own argument.
func unmade(judge func(p delivery, e environment, r argocd.Resource, said string) (remedy string), otherwise string) test {
	return func(p delivery, e environment) *answer {
		u := e.details.Unhealthy
		if !u.Known {
			if len(p.plan.MadeIn(e.plan.Name)) == 0 {
				return excluded("the spec brings no Secret along")
			}
			return lacking(u)
		}
		for _, r := range u.Value {
			if !r.MakesSecret() {
				continue
			}
			said := r.Message
			for _, event := range e.details.Events[r.Kind+"/"+r.Name].Value {
				if !strings.Contains(said, event.Message) {
					said = with(said, event.Message)
				}
			}
			if remedy := judge(p, e, r, said); remedy != "" {
				return found(brief(with(fmt.Sprintf("%s %s makes no Secret", r.Kind, r.Name), said)), remedy, appAt(p, e))
			}
		}
		return excluded(otherwise)
	}
}

// wordsNoKey are those of stores that do not have what they are asked for. They are of the store itself where it is named.
var wordsNoKey = []string{"does not exist", "cannot find secret data", "no such key", "not found", "resourcenotfoundexception"}

func lacksKey(said string) bool {
	said = strings.ToLower(said)
	return anyOf(said, wordsNoKey) && !strings.Contains(said, "secretstore")
}

func keyMissing(p delivery, e environment, r argocd.Resource, said string) string {
	if r.Kind != "ExternalSecret" || !lacksKey(said) {
		return ""
	}
	if s := p.plan.Made(r.Name); s != nil {
		x := s.External[e.plan.Name]
		return fmt.Sprintf("put it into the %s %s, or correct %s.external in the spec", x.Kind, x.Store, s.Path)
	}
	return "put it into the store, or correct the ExternalSecret"
}

func storeSilent(p delivery, e environment, r argocd.Resource, said string) string {
	if r.Kind != "ExternalSecret" || lacksKey(said) {
		return ""
	}
	if s := p.plan.Made(r.Name); s != nil {
		x := s.External[e.plan.Name]
		return fmt.Sprintf("kubectl describe %s %s%s; see whether it can be reached, and whether its credential is valid", strings.ToLower(x.Kind), x.Store, inNamespace(x.Kind, e.plan.Namespace))
	}
	return fmt.Sprintf("kubectl describe externalsecret %s --namespace %s", r.Name, e.plan.Namespace)
}

func inNamespace(kind, namespace string) string {
	if kind != "SecretStore" {
		return ""
	}
	return " --namespace " + namespace
}

func notUnsealed(p delivery, e environment, r argocd.Resource, _ string) string {
	if r.Kind != "SealedSecret" {
		return ""
	}
	file := "its file"
	if p.plan.Made(r.Name) != nil {
		file = path.Join(cmp.Or(e.plan.Over, e.plan.Overlay), "secrets", r.Name+".yaml")
	}
	return fmt.Sprintf("let kubeseal write %s anew, for this cluster, with --name %s --namespace %s", file, r.Name, e.plan.Namespace)
}

// The words of kustomize when it may not start KSOPS or does not find it, and of KSOPS and SOPS when a file cannot be
// decrypted.
var (
	wordsNotStarted  = []string{"unable to load external plugin", "couldn't execute function: exec:", "couldn't execute function: fork/exec"}
	wordsUndecrypted = []string{"error decrypting file", "trouble decrypting file"}
)

func notStarted(text string) bool  { return anyOf(text, wordsNotStarted) }
func undecrypted(text string) bool { return anyOf(text, wordsUndecrypted) }

func decrypterMissing(p delivery, e environment) *answer {
	a := complaint(p, e, func(_, text string) bool { return notStarted(text) })
	if a.status == Found {
		a.remedy = buildOptions(p)
	}
	return a
}

// buildOptions is what lets kustomize start KSOPS. Without the second option it leaves the Secrets out and says nothing.
func buildOptions(p delivery) string {
	return fmt.Sprintf("in the namespace %s, set kustomize.buildOptions: --enable-alpha-plugins --enable-exec in argocd-cm, and give the deployment argocd-repo-server the program ksops, as the README of the GitOps repository says", p.plan.ArgoCD.Namespace)
}

func notDecrypted(p delivery, e environment) *answer {
	said := ""
	a := complaint(p, e, func(_, text string) bool {
		if undecrypted(text) {
			said = text
		}
		return undecrypted(text)
	})
	if a.status == Found {
		switch {
		case strings.Contains(said, "metadata not found"):
			a.remedy = "let SOPS write the file, as its first lines say: it is not encrypted"
		case strings.Contains(said, "data key"):
			a.remedy = "give Argo CD's repo server a key for which the file is encrypted, or let 'sops updatekeys FILE' encrypt it for the key that it has"
		case strings.Contains(said, "data integrity"), strings.Contains(said, "message authentication failed"):
			a.remedy = "somebody has changed the file without SOPS: restore it from git, and change it with 'sops edit FILE'"
		default:
			a.remedy = "sops decrypt FILE, with the key of Argo CD's repo server"
		}
	}
	return a
}
