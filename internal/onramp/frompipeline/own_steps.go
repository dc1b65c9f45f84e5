package frompipeline

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/onramp/detect"
	"github.com/pipegen/pipegen/internal/onramp/draft"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// granted are the variables of a step of a job of one's own, by the fields of the step, and whether it gets the run's token.
type granted struct {
	env, secrets, vars, outputs map[string]string
	token                       bool
}

// ownSteps reads the steps of a job.
func (d *drafter) ownSteps(o *ownJob) (lacks string) {
	checkout := false
	for _, s := range o.Steps {
		if s.Uses == "actions/checkout" && bareCheckout(s) {
			checkout = true
			continue
		}
		if lacks := d.ownStep(o, s); lacks != "" {
			return lacks
		}
	}
	if !checkout {
		d.add(false, o.At(), o.field("checkout")...)
	}
	if len(d.tree.Root.Items(o.field("steps")...)) == 0 {
		return "it has no step that does something"
	}
	return ""
}

// bareCheckout reports a checkout of the source as pipegen writes it. How much of the history it has, source says.
func bareCheckout(s *pipeline.Step) bool {
	for input := range s.Get("with").Pairs() {
		if !slices.Contains([]string{"fetch-depth", "persist-credentials", "submodules", "lfs"}, input) {
			return false
		}
	}
	return !s.Get("if").OK()
}

func (d *drafter) ownStep(o *ownJob, s *pipeline.Step) (lacks string) {
	in := "in its step " + s.Label() + ", "
	when, known := map[string]string{"": "", "success()": "", "failure()": "failure", "always()": "always"}[pipeline.Expression(s.Get("if").Text())]
	if shell := s.Get("shell").Text(); !known || s.Get("continue-on-error").True() || shell != "" && shell != "bash" {
		return in + "a condition, a shell or continue-on-error is nothing that a spec can say"
	}
	step := d.tree.Root.Append(o.field("steps")...)
	add := func(value any, at pipeline.Place, path ...string) {
		step.Put(draft.Read(value, sourceLine(at)), path...)
	}
	step.Put(draft.Setting{Value: oneSentence(s.Label()), From: sourceLine(s.At())}, "name")
	g := granted{map[string]string{}, map[string]string{}, map[string]string{}, map[string]string{}, false}
	if s.Uses != "" {
		add(cmp.Or(strings.TrimSuffix(s.Uses+"@"+commitOf(s), "@"), s.Uses), s.Get("uses").At(), "uses")
		if version, _, _ := strings.Cut(s.Get("uses").Comment(), " "); commitOf(s) != "" {
			add(version, s.Get("uses").At(), "version")
		}
		for name, v := range s.Get("with").Pairs() {
			if held := heldBy(v); held != "" {
				return in + held
			}
			add(v.Text(), v.At(), "with", name)
		}
		for name, v := range s.Get("env").Pairs() {
			if held := heldBy(v); held != "" {
				return in + held
			}
			g.env[name] = v.Text()
		}
	} else if lacks := d.ownScript(o, s, &g, add); lacks != "" {
		return in + lacks
	}
	for _, of := range []struct {
		field  string
		values map[string]string
	}{{"env", g.env}, {"secrets", g.secrets}, {"vars", g.vars}, {"outputs", g.outputs}} {
		for _, name := range slices.Sorted(maps.Keys(of.values)) {
			add(of.values[name], s.At(), of.field, name)
		}
	}
	if g.token {
		add(true, s.At(), "token")
	}
	if when != "" {
		add(when, s.Get("if").At(), "if")
	}
	var sets []string
	for _, v := range o.Get("outputs").Pairs() {
		if m := stepOutput().FindStringSubmatch(v.Text()); m[1] == s.ID && !slices.Contains(sets, m[2]) {
			sets = append(sets, m[2])
		}
	}
	if len(sets) > 0 {
		add(sets, s.At(), "sets")
	}
	return ""
}

var commit = lazy.Regexp(`^[0-9a-f]{40}$`)

// commitOf is the commit of an action whose release is beside it; any other is for the table of pins.
func commitOf(s *pipeline.Step) string {
	if strings.HasPrefix(s.Get("uses").Comment(), "v") && commit().MatchString(s.Ref) {
		return s.Ref
	}
	return ""
}

// ownScript reads a script, with the variables that it gets. Where it reads an expression, it reads a variable in the draft.
func (d *drafter) ownScript(o *ownJob, s *pipeline.Step, g *granted, add func(any, pipeline.Place, ...string)) (lacks string) {
	run, lacks := d.inScript(o, strings.TrimRight(s.Run(), "\n"), g)
	if dir, why := d.inScript(o, s.Workdir(), g); dir != "" && dir != "." {
		run, lacks = "cd "+dir+"\n"+run, cmp.Or(lacks, why)
	}
	for _, from := range []pipeline.Node{o.Workflow.Node, o.Node, s.Node} {
		for name, v := range from.Get("env").Pairs() {
			if from.Same(o.Workflow.Node) && !strings.Contains(s.Run(), name) {
				continue
			}
			secret := secretIn(v.Text())
			variable := detect.NameIn(v)
			switch {
			case secret == "GITHUB_TOKEN":
				if g.token = true; name != "GH_TOKEN" {
					run = "export " + name + "=\"${GH_TOKEN}\"\n" + run
				}
			case secret != "":
				g.secrets[name] = secret
			case variable != "":
				g.vars[name] = variable
			case heldBy(v) == "":
				g.env[name] = v.Text()
			default:
				text, why := d.inScript(o, v.Text(), g)
				run, lacks = "export "+name+"=\""+text+"\"\n"+run, cmp.Or(lacks, why)
			}
		}
	}
	add(run, s.Get("run").At(), "run")
	return lacks
}

var contextValue = lazy.Regexp(`^(github|runner|env|matrix|secrets|vars)\.([A-Za-z0-9_-]+)$`)

// inScript replaces the expressions of a script by variables that have the same values.
func (d *drafter) inScript(o *ownJob, text string, g *granted) (out, lacks string) {
	var b strings.Builder
	rest := text
	for _, hole := range pipeline.Expressions(text) {
		before, after, _ := strings.Cut(rest, hole)
		b.WriteString(before)
		rest = after
		line := b.String()[strings.LastIndex(b.String(), "\n")+1:]
		name, expression := "", pipeline.Expression(hole)
		if m := contextValue().FindStringSubmatch(expression); m != nil {
			switch context := m[1]; context {
			case "github", "runner":
				name = strings.ToUpper(context + "_" + m[2])
			case "env":
				name = m[2]
			case "matrix":
				name = axisName(m[2])
			case "secrets":
				name = m[2]
				g.secrets[name] = name
			case "vars":
				name = m[2]
				g.vars[name] = name
			}
			if expression == "github.token" || expression == "secrets.GITHUB_TOKEN" {
				delete(g.secrets, name)
				name, g.token = "GH_TOKEN", true
			}
		} else if m := jobOutput().FindStringSubmatch(expression); m != nil {
			if said := d.said(o, m[1], m[2]); said != "" {
				name = axisName(m[1] + "_" + m[2])
				g.outputs[name] = said
			}
		}
		if name == "" || strings.Count(line, "'")%2 == 1 {
			return text, "it reads " + expression
		}
		b.WriteString("${" + name + "}")
	}
	return b.String() + rest, ""
}
