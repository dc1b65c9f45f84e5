package generate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// dockerHub is the name by which images of Docker Hub are known, and otherHubs are names that people take for it.
const dockerHub = "docker.io"

var otherHubs = []string{"index.docker.io", "registry-1.docker.io", "registry.docker.io", "hub.docker.com"}

// registriesFit: each registry has a login that it takes, and each login an image.
func registriesFit(s input) diag.List {
	var out diag.List
	for _, r := range s.Registries {
		if r.Value.Login != nil {
			out = append(out, registryFits(s, r.ID)...)
		}
	}
	for _, r := range readersOf(s) {
		out = append(out, readerFits(r)...)
	}
	for _, t := range s.Tests {
		out = append(out, privateImages(s, pulledBy(t.Value.At, t.Value.Services, t.Value.Container))...)
	}
	for _, j := range s.Workflow.ExtraJobs {
		all := pulledBy(pathOfJob(j.ID), j.Value.Services, j.Value.Container)
		out = append(out, privateImages(s, all)...)
		for _, r := range readersFor(s, all) {
			if r.Login.Kind == plan.ByRunToken {
				continue
			}
			i := slices.IndexFunc(all, func(p pulledImage) bool { return p.private && plan.HostOf(p.image) == r.Host })
			out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Path: all[i].path + ".private",
				Message: fmt.Sprintf("job %s cannot pull from %s: only tests pull with a password, and jobs of your own with the run's own token", j.ID, r.Host),
				Help:    "move what needs it to a test, or copy the image to ghcr.io"})
		}
	}
	for _, i := range stored(s) {
		at, host := i.Value.At+".registry", i.Value.Registry
		switch {
		case slices.Contains(otherHubs, host):
			out = append(out, diag.Diagnostic{Code: diag.BadValue, Path: at, Message: fmt.Sprintf("images of Docker Hub are not known by the name %s", host), Help: `write registry: "docker.io"`})
		case host != ghcr && loginOf(s, host).Kind == plan.ByRunToken:
			out = append(out, diag.Diagnostic{Code: diag.MissingField, Rule: "W47", Path: at,
				Message: fmt.Sprintf("the spec does not say how CI logs in to %s; only %s takes the run's own token", host, ghcr),
				Help:    fmt.Sprintf("for example registries: %q: login: %s", host, suggestedLogin(host))})
		}
		out = append(out, pathFits(s, i)...)
	}
	if i := slices.IndexFunc(s.Environments, func(e schema.Named[schema.Environment]) bool { return e.ID == plan.RegistryEnvironment }); i >= 0 && len(s.Registries) > 0 {
		at := schema.Join("environments", plan.RegistryEnvironment)
		out = append(out, diag.Diagnostic{Code: diag.Reserved, Path: at,
			Message: at + " would share its secrets with the logins to registries: the jobs that push images have the environment " + plan.RegistryEnvironment + " in GitHub", Help: "take another name"})
	}
	return out
}

// stored are the images as they are pushed, and as environments have copies of them.
func stored(s input) []schema.Named[schema.Image] {
	out := slices.Clone(s.Images)
	for _, e := range s.Environments {
		for _, c := range e.Value.Copies {
			out = append(out, schema.Named[schema.Image]{ID: c.ID, Value: schema.Image{At: c.Value.At, Registry: c.Value.Registry, Name: c.Value.Name}})
		}
	}
	return out
}

// suggestedLogin is a login that a host takes, as an author would write it.
func suggestedLogin(host string) string {
	switch ecr := ecrHost().FindStringSubmatch(host); {
	case ecr != nil:
		return fmt.Sprintf(`aws: role: "arn:aws:iam::%s:role/push-images"`, ecr[1])
	case googleHost().MatchString(host):
		return `google: {provider: "projects/…", serviceAccount: "…"}`
	case azureHost().MatchString(host):
		return `azure: {client: "…", tenant: "…", subscription: "…"}`
	}
	return `{user: "REGISTRY_USER", password: "REGISTRY_TOKEN"}`
}

// registryFits holds a login against its host.
func registryFits(s input, host string) diag.List {
	at, l := pathOfLogin(host), loginOf(s, host)
	no := func(code diag.Code, path, help, message string, about ...any) diag.List {
		return diag.List{{Code: code, Rule: "W47", Path: path, Message: fmt.Sprintf(message, about...), Help: help}}
	}
	var kind string
	var takes bool
	switch l.Kind {
	case plan.ByAWSRole, plan.ByAWSKey:
		kind, takes = ".aws", ecrHost().MatchString(host)
	case plan.ByGoogleProvider, plan.ByGoogleKey:
		kind, takes = ".google", googleHost().MatchString(host)
	case plan.ByAzure:
		kind, takes = ".azure", azureHost().MatchString(host)
	default:
		kind, takes = ".password", !ecrHost().MatchString(host) && !googleHost().MatchString(host)
	}
	account, _, _ := strings.Cut(strings.TrimPrefix(l.Role, "arn:aws:iam::"), ":")
	switch {
	case host == ghcr:
		return no(diag.NotApplicable, at, "leave it out", "%s does nothing: ghcr.io takes the run's own token, whose rights the workflow states", at)
	case !slices.ContainsFunc(stored(s), func(i schema.Named[schema.Image]) bool { return i.Value.Registry == host }):
		return no(diag.NotApplicable, schema.Join("registries", host), fmt.Sprintf("write image: registry: %q, or leave it out", host), "%s does nothing: no image is pushed to %s", at, host)
	case !takes:
		return no(diag.Contradiction, at+kind, "for example "+suggestedLogin(host), "%s does not take the login %s", host, kind[1:])
	case l.Kind == plan.ByAWSRole && account != l.Account:
		return no(diag.Contradiction, at+".aws.role", "take a role of the account "+l.Account+", or correct the host", "the role is in the account %s, and the registry in %s", account, l.Account)
	case l.Kind == plan.ByAWSKey, l.Kind == plan.ByGoogleKey:
		out := no(diag.Contradiction, at+kind+".key", "for example "+suggestedLogin(host), "a key works until somebody replaces it, for whoever has it; %s also takes the identity of the workflow, which ends with the run", host)
		out[0].Severity = diag.Warning
		return out
	}
	return nil
}

// privateImages: a private image is pulled with the login of a reader.
func privateImages(s input, all []pulledImage) diag.List {
	var out diag.List
	for _, p := range all {
		host := plan.HostOf(p.image)
		if p.private && !slices.ContainsFunc(readersOf(s), func(r plan.Puller) bool { return r.Host == host }) {
			help := fmt.Sprintf(`for example registries: %q: reader: {user: "REGISTRY_USER", password: "REGISTRY_READ_TOKEN"}`, host)
			if host == ghcr {
				help = fmt.Sprintf("write registries: %q: reader: token: true", host)
			}
			out = append(out, diag.Diagnostic{Code: diag.MissingField, Rule: "W47", Path: p.path + ".private",
				Message: "the spec does not say how CI logs in to " + host + " to pull", Help: help})
		}
	}
	return out
}

// readerFits: the run's own token reads from ghcr.io, and a user's from everywhere but there and where a password ends soon.
func readerFits(r plan.Puller) diag.List {
	own, at := r.Login.Kind == plan.ByRunToken, r.Login.Path
	no := func(path, help, message string, about ...any) diag.List {
		return diag.List{{Code: diag.Contradiction, Rule: "W47", Path: path, Message: fmt.Sprintf(message, about...), Help: help}}
	}
	switch {
	case own && r.Host != ghcr:
		return no(at+".token", `for example {user: "REGISTRY_USER", password: "REGISTRY_READ_TOKEN"}`, "%s does not take the run's own token", r.Host)
	case !own && r.Host == ghcr:
		return no(at+".password", "write reader: token: true, and give this repository the right to read the package", "ghcr.io takes the run's own token, whose rights the workflow states")
	case ecrHost().MatchString(r.Host), googleHost().MatchString(r.Host):
		return no(at+".password", "copy the image to a registry of which this can be said, such as ghcr.io", "%s takes no password that lasts", r.Host)
	}
	return nil
}

// pathFits: registries differ in the parts that the name of an image has.
func pathFits(s input, i schema.Named[schema.Image]) diag.List {
	host, parts := i.Value.Registry, strings.Count(i.Value.Name, "/")+1
	no := func(form, example string) diag.List {
		return diag.List{{Code: diag.BadValue, Rule: "W47", Path: i.Value.At + ".name",
			Message: fmt.Sprintf("%s keeps images as %s, and this one would be %s", host, form, i.Value.Name), Help: fmt.Sprintf("for example name: %q", example)}}
	}
	owner, _, _ := strings.Cut(strings.ToLower(s.Source.Repository), "/")
	switch {
	case host == dockerHub && parts != 2:
		return no("ORG/NAME", owner+"/"+i.ID)
	case googleHost().MatchString(host) && (parts < 3 || i.Value.Name == strings.ToLower(s.Source.Repository)+"/"+i.ID):
		return no("PROJECT/REPOSITORY/NAME", "example-project/images/"+i.ID)
	}
	return nil
}
