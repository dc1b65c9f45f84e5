package generate

import (
	"slices"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// ghcr is the registry that takes the run's own token.
const ghcr = "ghcr.io"

var (
	// ecrHost holds the account and the region of a registry.
	ecrHost    = lazy.Regexp(`^([0-9]{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com$`)
	googleHost = lazy.Regexp(`^[a-z0-9-]+-docker\.pkg\.dev$`)
	azureHost  = lazy.Regexp(`^([a-z0-9]+)\.azurecr\.io$`)
)

func pathOfLogin(host string) string { return schema.Join("registries", host) + ".login" }

// loginOf is how CI logs in to a registry.
func loginOf(s input, host string) plan.Login {
	i := slices.IndexFunc(s.Registries, func(r schema.Named[schema.Registry]) bool { return r.ID == host && r.Value.Login != nil })
	if i < 0 {
		return plan.Login{}
	}
	l := s.Registries[i].Value.Login
	out := plan.Login{Path: pathOfLogin(host), User: l.User, Password: l.Password}
	switch {
	case l.AWS != nil:
		out.Kind = plan.ByAWSRole
		if out.Role, out.KeyID, out.Key = l.AWS.Role, l.AWS.KeyID, l.AWS.Key; l.AWS.Role == "" {
			out.Kind = plan.ByAWSKey
		}
		if m := ecrHost().FindStringSubmatch(host); m != nil {
			out.Account, out.Region = m[1], m[2]
		}
	case l.Google != nil:
		out.Kind = plan.ByGoogleProvider
		if out.Provider, out.ServiceAccount, out.Key = l.Google.Provider, l.Google.ServiceAccount, l.Google.Key; l.Google.Provider == "" {
			out.Kind = plan.ByGoogleKey
		}
	case l.Azure != nil:
		out.Kind, out.Client, out.Tenant, out.Subscription = plan.ByAzure, l.Azure.Client, l.Azure.Tenant, l.Azure.Subscription
	default:
		out.Kind = plan.ByPassword
	}
	return out
}

// readersOf are the registries from which builds and tests pull with a login, in the order of the spec.
func readersOf(s input) []plan.Puller {
	var out []plan.Puller
	for _, r := range s.Registries {
		if reader := r.Value.Reader; reader != nil {
			l := plan.Login{Path: pathOfReader(r.ID), Kind: plan.ByPassword, User: reader.User, Password: reader.Password}
			if reader.Token {
				l.Kind = plan.ByRunToken
			}
			out = append(out, plan.Puller{Host: r.ID, Path: schema.Join("registries", r.ID), Login: l})
		}
	}
	return out
}

func pathOfReader(host string) string { return schema.Join("registries", host) + ".reader" }

// pulledImage is an image that a job pulls, and its place in the spec.
type pulledImage struct {
	path, image string
	private     bool
}

// pulledBy are the images of a job's containers.
func pulledBy(at string, services map[string]schema.Service, in *schema.JobContainer) []pulledImage {
	var out []pulledImage
	if in != nil {
		out = append(out, pulledImage{at + ".container", in.Image, in.Private})
	}
	for _, name := range sorted(services) {
		out = append(out, pulledImage{schema.Join(at+".services", name), services[name].Image, services[name].Private})
	}
	return out
}

// readersFor are those from which private images come.
func readersFor(s input, all []pulledImage) []plan.Puller {
	return slices.DeleteFunc(readersOf(s), func(r plan.Puller) bool {
		return !slices.ContainsFunc(all, func(p pulledImage) bool { return p.private && plan.HostOf(p.image) == r.Host })
	})
}

// reads gives a job what it needs to log in to registries from which it pulls.
func reads(j plan.Job, readers []plan.Puller) plan.Job {
	for _, r := range readers {
		mayRead := func(of plan.Right) bool { return of.Name == "packages" }
		switch {
		case r.Login.Kind == plan.ByRunToken && !slices.ContainsFunc(j.Rights, mayRead):
			j.Rights = append(slices.Clone(j.Rights), plan.Right{Path: r.Login.Path, Name: "packages", Access: "read", Why: "pull what not everybody may"})
		case r.Login.Kind != plan.ByRunToken && j.Environment == "":
			j.Environment = plan.ReadEnvironment
		}
	}
	return j
}

// pushes gives a job the environment with the login to the registry of an image.
func pushes(j plan.Job, l plan.Login) plan.Job {
	if l.Kind != plan.ByRunToken {
		j.Environment = plan.RegistryEnvironment
	}
	return j
}

// pushRights let a job store something in the registry of an image.
func pushRights(l plan.Login, why string) []plan.Right {
	switch {
	case l.Kind == plan.ByRunToken:
		return []plan.Right{right("packages", "write", why)}
	case l.Proves():
		return []plan.Right{right("id-token", "write", "log in to the registry as this workflow")}
	}
	return nil
}
