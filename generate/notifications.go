package generate

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
	"github.com/pipegen/pipegen/schema"
)

// teamsSince is the minor release of Argo CD 3 that knows the workflows of Teams, since Microsoft has retired what its
// older service uses.
const teamsSince = 3

// recipients are the lists of a spec, each with its field and with Argo CD's name of the service.
func recipients(n schema.Notify) []struct {
	field, service string
	to             []string
} {
	return []struct {
		field, service string
		to             []string
	}{{"slack", "slack", n.Slack}, {"teams", "teams-workflows", n.Teams}, {"email", "email", n.Email}, {"webhook", "", n.Webhook}}
}

// notifyOf is what holds for an environment, and the place that says so.
func notifyOf(s input, e schema.Named[schema.Environment]) (*schema.Notify, string) {
	if e.Value.Notify != nil {
		return e.Value.Notify, schema.Join("environments", e.ID) + ".notify"
	}
	return s.ArgoCD.Notify, "argocd.notify"
}

func subscriptionsOf(n *schema.Notify, at string) []plan.Subscription {
	if n == nil {
		return nil
	}
	triggers := n.Triggers
	if len(triggers) == 0 {
		triggers = schema.UsualTriggers()
	}
	var out []plan.Subscription
	for _, trigger := range triggers {
		for _, r := range recipients(*n) {
			s := plan.Subscription{Path: at + "." + r.field, Trigger: trigger, Service: r.service, Recipients: r.to}
			switch {
			case len(r.to) == 0:
			case r.service != "":
				out = append(out, s)
			default:
				for _, name := range r.to {
					s.Service, s.Recipients = name, nil
					out = append(out, s)
				}
			}
		}
	}
	return out
}

func (r *renderer) subscriptions(e plan.Environment) yamldoc.Doc {
	if len(e.Subscriptions) == 0 {
		return yamldoc.Doc{}
	}
	var all yamldoc.Map
	for _, s := range e.Subscriptions {
		all = append(all, yamldoc.Entry{Key: s.Annotation(), Value: r.own(s.Path, s.Value())})
	}
	d, err := yamldoc.Entries(all)
	if err != nil {
		r.fail(err)
	}
	return yamldoc.Join(yamldoc.Text("# Whom Argo CD notifies, and when. Addresses and tokens are in Argo CD, and not in git."), d)
}

// notificationsFit refuses what notifies nobody, or somebody twice, or cannot differ between environments.
func notificationsFit(s input) diag.List {
	out := notifyFits(s, s.ArgoCD.Notify, "argocd.notify")
	for _, e := range s.Environments {
		out = append(out, notifyFits(s, e.Value.Notify, schema.Join("environments", e.ID)+".notify")...)
	}
	all := inOneSet(s)
	for _, e := range all {
		first, _ := notifyOf(s, all[0])
		if n, _ := notifyOf(s, e); !reflect.DeepEqual(n, first) {
			at := schema.Join("environments", e.ID) + ".notify"
			out = append(out, diag.Diagnostic{Code: diag.Contradiction, Path: at, Help: "say it in argocd.notify, or leave argocd.applicationSet out",
				Message: fmt.Sprintf("%s differs from what %s has, and the one template of an ApplicationSet has the same annotations for all", at, all[0].ID)})
		}
	}
	return out
}

func notifyFits(s input, n *schema.Notify, at string) diag.List {
	if n == nil {
		return nil
	}
	var out diag.List
	no := func(code diag.Code, path, help, format string, args ...any) {
		out = append(out, diag.Diagnostic{Code: code, Path: path, Message: fmt.Sprintf(format, args...), Help: help})
	}
	nobody := true
	for _, r := range recipients(*n) {
		nobody = nobody && len(r.to) == 0
		out = append(out, eachOnce(at+"."+r.field, r.to, "")...)
		for i, name := range r.to {
			if r.field == "webhook" && slices.Contains([]string{"slack", "teams", "teams-workflows", "email"}, name) {
				no(diag.Reserved, schema.Item(at+".webhook", i), "give it another name in argocd-notifications-cm", "a webhook may not be called %q: that is another service of Argo CD's notifications", name)
			}
		}
	}
	out = append(out, eachOnce(at+".triggers", n.Triggers, "")...)
	if nobody {
		no(diag.ChooseOne, at, `for example slack: ["deploys"]`, "%s notifies nobody: it takes slack, teams, email or webhook", at)
	}
	if len(n.Teams) > 0 && minor(s.ArgoCD.Version) < teamsSince {
		no(diag.Contradiction, at+".teams", fmt.Sprintf("take webhook with a template of your own, or update Argo CD to 3.%d", teamsSince),
			"%s.teams: Argo CD %s cannot send to the workflows of Teams, and Microsoft has retired the connectors that it could send to", at, s.ArgoCD.Version)
	}
	return out
}

// notificationSteps say what Argo CD must have.
func notificationSteps(p plan.Plan) []SetupStep {
	var out []SetupStep
	for _, in := range p.Instances() {
		out = append(out, notificationsOf(p.By(in), in)...)
	}
	return out
}

func notificationsOf(p plan.Plan, in plan.Instance) []SetupStep {
	var names []string
	posts := ""
	for _, e := range p.Environments {
		for _, s := range e.Subscriptions {
			name := "service." + s.Service
			if len(s.Recipients) == 0 {
				name = "service.webhook." + s.Service
				posts = " Without a part for the webhook in a template, such as `webhook: {" + s.Service + ": {method: POST, body: …}}`, Argo CD sends a GET."
			}
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	if len(names) == 0 {
		return nil
	}
	const cm = "argocd-notifications-cm"
	catalogue := "https://raw.githubusercontent.com/argoproj/argo-cd/release-" + p.ArgoCD.Version + "/notifications_catalog/install.yaml"
	return []SetupStep{{Title: "Notifications" + in.In(), Text: "Apply the [catalogue](" + catalogue + ") of Argo CD's notifications" + in.In() + ", and give its ConfigMap `" + cm + "` " + inWords(names) +
		". Tokens, passwords and addresses of webhooks go into the Secret `argocd-notifications-secret`, whose keys the ConfigMap names as `$KEY`." + posts + " Until then nobody is notified.",
		Parts: []SetupPart{{Commands: []string{
			"kubectl apply --server-side --force-conflicts" + in.Flags() + " -f " + catalogue,
			"kubectl edit configmap " + cm + in.Flags(),
			"kubectl patch secret argocd-notifications-secret" + in.Flags() + " --patch-file FILE",
		}}}}}
}
