package generate

import (
	"slices"
	"strconv"
	"strings"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
	"github.com/pipegen/pipegen/schema"
)

// copiesOf are where pods of an environment pull images that are copied for it.
func copiesOf(s input, e schema.Named[schema.Environment]) []plan.Copy {
	var out []plan.Copy
	for _, c := range e.Value.Copies {
		of := slices.IndexFunc(s.Images, func(i schema.Named[schema.Image]) bool { return i.ID == c.ID })
		if of < 0 {
			continue // that it is not there is said already
		}
		out = append(out, plan.Copy{
			Path: c.Value.At, Image: c.ID, Reference: c.Value.Registry + "/" + c.Value.Name, Registry: c.Value.Registry,
			Login: loginOf(s, c.Value.Registry), From: sourceLogin(s, s.Images[of].Value, c.Value.Registry),
		})
	}
	return out
}

// pulledFrom are the hosts from which pods pull an image.
func pulledFrom(s input, i schema.Named[schema.Image]) []string {
	var out []string
	for _, e := range s.Environments {
		host := i.Value.Registry
		for _, c := range e.Value.Copies {
			if c.ID == i.ID {
				host = c.Value.Registry
			}
		}
		out = append(out, host)
	}
	return out
}

// sourceLogin is how a copy reads what was pushed: as who may only read, if there is one, or else as who pushed it. One
// login is enough where the copy goes to the same host.
func sourceLogin(s input, i schema.Image, to string) plan.Puller {
	if i.Registry == to {
		return plan.Puller{}
	}
	for _, r := range readersOf(s) {
		if r.Host == i.Registry {
			return plan.Puller{Host: r.Host, Path: i.At, Login: r.Login}
		}
	}
	return plan.Puller{Host: i.Registry, Path: i.At, Login: loginOf(s, i.Registry)}
}

// hostLogin is a login of a job that copies, to one host.
type hostLogin struct {
	host, path string
	login      plan.Login
	writes     bool
}

// loginsOf are the logins for copies, each host once: first those to read, and then those that store.
func loginsOf(copies []plan.Copy) []hostLogin {
	var out []hostLogin
	add := func(l hostLogin) {
		if l.host != "" && !slices.ContainsFunc(out, func(o hostLogin) bool { return o.host == l.host }) {
			out = append(out, l)
		}
	}
	stores := func(host string) bool {
		return slices.ContainsFunc(copies, func(c plan.Copy) bool { return c.Registry == host })
	}
	for _, c := range copies {
		if !stores(c.From.Host) {
			add(hostLogin{c.From.Host, c.From.Path, c.From.Login, false})
		}
	}
	for _, c := range copies {
		add(hostLogin{c.Registry, c.Path, c.Login, true})
	}
	return out
}

// steps are those of a login, with the host in their names.
func (l hostLogin) steps() []plan.Step {
	steps := loginSteps(l.login)
	for i := range steps {
		if steps[i].ID == plan.StepLogin {
			steps[i].Name = "Log in to " + l.host
		} else {
			steps[i].Name += " for " + l.host
		}
	}
	return steps
}

// copyJob copies the images of an environment to the registry from which its pods pull. It has the environment's secrets:
// no build can push there.
func copyJob(s input, e schema.Named[schema.Environment], needs []string, runs plan.Runs) plan.Job {
	j := plan.Job{ID: copyPrefix + e.ID, Name: "Copy the images for " + e.ID, Path: schema.Join("environments", e.ID), Needs: needs, Runs: runs,
		Limit: plan.Limit{Minutes: copyMinutes}, Environment: e.ID, Required: true}
	packages, proves := "", false
	for _, l := range loginsOf(copiesOf(s, e)) {
		j.Steps = append(j.Steps, l.steps()...)
		proves = proves || l.login.Proves()
		if l.login.Kind != plan.ByRunToken {
			continue
		}
		if packages == "" {
			packages = "read"
		}
		if l.writes {
			packages = "write"
		}
	}
	if packages != "" {
		j.Rights = append(j.Rights, right("packages", packages, map[string]string{"read": "read the image", "write": "store the copy"}[packages]))
	}
	if proves {
		j.Rights = append(j.Rights, right("id-token", "write", "log in to the registry as this workflow"))
	}
	j.Steps = append(j.Steps, plan.Step{ID: plan.StepCopy, Name: "Copy what was built, by its digest"})
	return j
}

// attesting are the jobs that attest the images which an environment copies: what they store is copied, too.
func attesting(s input, e schema.Named[schema.Environment]) []string {
	var out []string
	for _, i := range s.Images {
		copied := slices.ContainsFunc(e.Value.Copies, func(c schema.Named[schema.ImageCopy]) bool { return c.ID == i.ID })
		if id := imageJobsOf(s, i).Attest; copied && id != "" {
			out = append(out, id)
		}
	}
	return out
}

func (r *renderer) copyJob(e plan.Environment, j plan.Job) yamldoc.Doc {
	if j.ID == "" {
		return yamldoc.Doc{}
	}
	var steps []yamldoc.Doc
	for n, l := range loginsOf(e.Copies) {
		suffix := ""
		if n > 0 {
			suffix = "-" + strconv.Itoa(n+1)
		}
		as := j
		as.Steps = l.steps()
		steps = append(steps, r.loginAs(plan.Image{Path: l.path, Registry: l.host, Login: l.login}, as, "", suffix))
	}
	var lines []string
	at := ""
	for _, i := range r.plan.Copied(e) {
		at = e.Copy(i.Name).Path + ".registry"
		lines = append(lines, i.Reference+"@"+r.output(e, i, "digest")+" "+e.Pulls(i).Reference+":"+r.output(e, i, "tag"))
	}
	oras := r.tool("oras")
	steps = append(steps, r.fill("github/copy-steps", yamldoc.Values{
		"oras":        r.ofTool("oras", oras.Version),
		"orasSum":     r.ofTool("oras", strings.TrimPrefix(oras.Digest, "sha256:")),
		"getOras":     r.script("get-oras"),
		"name":        r.step(j, plan.StepCopy),
		"environment": r.own(e.Path, e.Name),
		"copies":      yamldoc.From(at, strings.Join(lines, "\n")),
		"run":         r.script("copy"),
	}))
	return r.job(j, "github/copy", yamldoc.Values{
		"needs":       r.own(e.Path, j.Needs).Flow(),
		"condition":   r.condition(e, j),
		"environment": r.environment(e),
		"steps":       yamldoc.Block(yamldoc.Spaced(steps...)),
	}, "# Outside of the queue of the deploys, which would wait for all the layers.")
}
