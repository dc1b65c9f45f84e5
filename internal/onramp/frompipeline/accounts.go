package frompipeline

import (
	"reflect"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/schema"
)

// account reads what the account of a program may do in the API of Kubernetes, and whether its pods have the token.
func (d *drafter) account(p *program) {
	pod := p.last().workload.Pod()
	var may []map[string]any
	var at pipeline.Place
	for _, role := range p.last().roles() {
		if rules, ok := sayableRules(role); ok {
			may, at = append(may, rules...), role.Get("rules").At()
		}
	}
	token := pod.Get("automountServiceAccountToken")
	switch {
	case len(may) > 0:
		d.add(may, at, p.field("serviceAccount", "may")...)
	case token.True():
		d.add(true, token.At(), p.field("serviceAccount", "token")...)
	}
}

// apiPorts are those to which a generated policy lets out a program that has the token.
var apiPorts = []int{443, 6443}

// beyondAPI are the ports that a spec names: not those of API servers, where the draft lets the program out to them anyway.
func (d *drafter) beyondAPI(p *program, ports []int) []int {
	asks := d.tree.Root.Has(p.field("serviceAccount", "may")...) || d.tree.Root.Has(p.field("serviceAccount", "token")...)
	if !asks || slices.ContainsFunc(apiPorts, func(port int) bool { return !slices.Contains(ports, port) }) {
		return ports
	}
	return slices.DeleteFunc(ports, func(port int) bool { return slices.Contains(apiPorts, port) })
}

// roles are those of an account that a workload alone uses, and whose token its pods get: each is bound to it alone.
func (r run) roles() []*pipeline.Object {
	account := r.workload.Pod().Get("serviceAccountName").Text()
	if r.workload.Pod().Get("automountServiceAccountToken").False() || slices.ContainsFunc(r.workload.Target.Workloads(), func(w pipeline.Workload) bool {
		return w.Object != r.workload.Object && w.Pod().Get("serviceAccountName").Text() == account
	}) {
		return nil
	}
	var out []*pipeline.Object
	for _, role := range r.in.kinds("Role") {
		if bindings := bindingsOf(r.in, role); len(bindings) == 1 && bindsAlone(bindings[0], account) {
			out = append(out, role)
		}
	}
	return out
}

// bindingsOf are those that give a role to somebody.
func bindingsOf(e *deployment, role *pipeline.Object) []*pipeline.Object {
	return slices.DeleteFunc(slices.Clone(e.kinds("RoleBinding")), func(b *pipeline.Object) bool {
		return b.Get("roleRef", "kind").Text() != "Role" || b.Get("roleRef", "name").Text() != role.Name
	})
}

func bindsAlone(binding *pipeline.Object, account string) bool {
	subjects := binding.Get("subjects").Items()
	return account != "" && len(subjects) == 1 && subjects[0].Get("kind").Text() == "ServiceAccount" && subjects[0].Get("name").Text() == account
}

var (
	sayableVerb     = lazy.Regexp(`^(get|list|watch|create|update|patch|delete|deletecollection|escalate|bind|impersonate|\*)$`)
	sayableResource = lazy.Regexp(`^(\*|[a-z][a-z0-9]*(/[a-z][a-z0-9]*)?)$`)
)

// sayableRules are the rules of a role as a spec has them, if it can say all of them.
func sayableRules(role *pipeline.Object) (out []map[string]any, ok bool) {
	for _, rule := range role.Get("rules").Items() {
		one := map[string]any{}
		for field, of := range map[string]string{"verbs": "verbs", "resources": "resources", "apiGroups": "apiGroups", "resourceNames": "names"} {
			if texts := rule.Get(field).List(); len(texts) > 0 {
				one[of] = texts
			} else if of != "names" {
				return nil, false
			}
		}
		// Where Kubernetes says the same, the groups need no word.
		same := schema.Right{Resources: rule.Get("resources").List()}.ByGroup()
		if len(same) == 1 && slices.Equal(same[0].Resources, rule.Get("resources").List()) && slices.Equal(same[0].APIGroups, rule.Get("apiGroups").List()) {
			delete(one, "apiGroups")
		}
		if !all(rule.Get("verbs"), sayableVerb().MatchString) || !all(rule.Get("resources"), sayableResource().MatchString) {
			return nil, false
		}
		out = append(out, one)
	}
	return out, len(out) > 0
}

func all(list pipeline.Node, fits func(string) bool) bool {
	return !slices.ContainsFunc(list.List(), func(text string) bool { return !fits(text) })
}

// grants reports a role, or what binds it, that the draft gives: with the same rules in every environment.
func (d *drafter) grants(o *pipeline.Object) bool {
	if o.Kind != "Role" && o.Kind != "RoleBinding" {
		return false
	}
	for _, r := range d.rendered[o.Target] {
		if !d.tree.Root.Has(r.of.field("serviceAccount", "may")...) {
			continue
		}
		for _, role := range r.roles() {
			if o.Kind == "Role" && o != role || o.Kind == "RoleBinding" && !slices.Contains(bindingsOf(r.in, role), o) {
				continue
			}
			rules, ok := sayableRules(role)
			return ok && slices.ContainsFunc(r.of.last().roles(), func(last *pipeline.Object) bool {
				same, _ := sayableRules(last)
				return reflect.DeepEqual(rules, same)
			})
		}
	}
	return false
}

// answerable are rules that a field of a spec may break if its author answers for it, with the object that does.
var answerable = map[string]func(d *drafter, p *program) string{
	"K10": func(d *drafter, p *program) string { return p.last().workload.Kind + "/" + d.nameOf(p) },
	"K35": func(d *drafter, p *program) string { return "Role/" + d.nameOf(p) },
}

// nameOf is the name that the objects of a program will have.
func (d *drafter) nameOf(p *program) string {
	if len(d.programs) > 1 {
		return p.key
	}
	return d.name
}

// answer accepts what the originals do and a rule refuses, so that the draft does the same; whoever reads the draft
// decides. It reports whether there was something.
func (d *drafter) answer(refused diag.List) bool {
	before := len(d.accepted)
	for _, r := range refused {
		object, ok := answerable[r.Rule]
		if !ok {
			continue
		}
		for _, p := range d.programs {
			if !strings.HasPrefix(r.Path, strings.Join(p.at, ".")+".") {
				continue
			}
			if one := (acceptance{r.Rule, object(d, p)}); !slices.Contains(d.accepted, one) {
				d.accepted = append(d.accepted, one)
			}
		}
	}
	if len(d.accepted) == before {
		return false
	}
	d.nameAccepted()
	return true
}
