package generate

import (
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
)

// login logs in to the registry of an image where a condition holds, "" for always. Whoever logs in, it is docker/login-action
// that does: it logs out again at the end of the job, and cosign and actions/attest find its login as docker does.
func (r *renderer) login(i plan.Image, j plan.Job, condition string) yamldoc.Doc {
	return r.loginAs(i, j, condition, "")
}

// loginAs is the same with a suffix for the ids of its steps, for a job that logs in to several registries.
func (r *renderer) loginAs(i plan.Image, j plan.Job, condition, suffix string) yamldoc.Doc {
	l := i.Login
	user, password := userAndPassword(l)
	var before []yamldoc.Doc
	switch l.Kind {
	case plan.ByPassword:
		before = []yamldoc.Doc{r.named(i, j, ".password", l.Password, user)}
	case plan.ByAWSRole:
		// The action asks AWS itself, with the credential of the role.
		user, password = yamldoc.Omit, yamldoc.Omit
		before = []yamldoc.Doc{r.fill("github/login-aws", yamldoc.Values{
			"name":        r.step(j, plan.StepIdentity),
			"credentials": r.uses("aws-actions/configure-aws-credentials"),
			"region":      r.own(i.Path+".registry", l.Region),
			"role":        r.own(l.Path+".aws.role", l.Role),
			"account":     r.own(i.Path+".registry", l.Account),
		})}
	case plan.ByAWSKey:
		user, password = secretAt(l.Path+".aws.keyID", l.KeyID), secretAt(l.Path+".aws.key", l.Key)
		before = []yamldoc.Doc{r.named(i, j, ".aws.keyID", l.KeyID, yamldoc.Omit), r.named(i, j, ".aws.key", l.Key, yamldoc.Omit)}
	case plan.ByGoogleProvider:
		user, password = yamldoc.Of("oauth2accesstoken"), yamldoc.Of("${{ steps.identity"+suffix+".outputs.access_token }}")
		before = []yamldoc.Doc{r.fill("github/login-google", yamldoc.Values{
			"name":     r.step(j, plan.StepIdentity),
			"id":       yamldoc.Of("identity" + suffix),
			"auth":     r.uses("google-github-actions/auth"),
			"provider": r.own(l.Path+".google.provider", l.Provider),
			"account":  r.own(l.Path+".google.serviceAccount", l.ServiceAccount),
		})}
	case plan.ByGoogleKey:
		user, password = yamldoc.Of("_json_key"), secretAt(l.Path+".google.key", l.Key)
		before = []yamldoc.Doc{r.named(i, j, ".google.key", l.Key, yamldoc.Omit)}
	case plan.ByAzure:
		user, password = yamldoc.Of("00000000-0000-0000-0000-000000000000"), yamldoc.Of("${{ steps.azure"+suffix+".outputs.token }}")
		before = []yamldoc.Doc{r.fill("github/login-azure", yamldoc.Values{
			"name":         r.step(j, plan.StepIdentity),
			"login":        r.uses("azure/login"),
			"client":       r.own(l.Path+".azure.client", l.Client),
			"tenant":       r.own(l.Path+".azure.tenant", l.Tenant),
			"subscription": r.own(l.Path+".azure.subscription", l.Subscription),
			"ask":          yamldoc.Of("Ask Azure for a token"),
			"id":           yamldoc.Of("azure" + suffix),
			"registry":     r.own(i.Path+".registry", i.Registry),
			"run":          r.script("login-azure"),
		})}
	}
	return yamldoc.Spaced(append(before, r.fill("github/login", yamldoc.Values{
		"name":      r.step(j, plan.StepLogin),
		"condition": r.optional("", condition),
		"login":     r.uses("docker/login-action"),
		"registry":  r.own(i.Path+".registry", i.Registry),
		"user":      user,
		"password":  password,
	}))...)
}

// userAndPassword are those of the run's own token, or of the spec.
func userAndPassword(l plan.Login) (user, password yamldoc.Value) {
	if l.Kind == plan.ByPassword {
		return yamldoc.From(l.Path+".user", "${{ vars."+l.User+" }}"), secretAt(l.Path+".password", l.Password)
	}
	return yamldoc.Of("${{ github.actor }}"), yamldoc.Of("${{ github.token }}")
}

// readerOf is the login to pull from a host. The result has no host if there is none.
func (r *renderer) readerOf(host string) plan.Puller {
	for _, reader := range r.plan.Readers {
		if reader.Host == host {
			return reader
		}
	}
	return plan.Puller{}
}

func (r *renderer) pullsFrom(host string) bool { return r.readerOf(host).Host != "" }

// readersFirst puts the logins to pull before the steps of a build, but to the registry that the job logs in to anyway.
// A pull request of a fork gets no secrets, so it goes without, and says so.
func (r *renderer) readersFirst(j plan.Job, but string, steps []yamldoc.Doc) []yamldoc.Doc {
	var out []yamldoc.Doc
	for _, reader := range r.plan.Readers {
		if reader.Host == but {
			continue
		}
		condition := ""
		if reader.Login.Kind == plan.ByPassword && j.Runs&plan.Fork != 0 {
			condition = ownCode
			out = append(out, r.fill("github/login-fork", yamldoc.Values{
				"registry": r.own(reader.Path, reader.Host),
				"run":      r.script("login-fork"),
			}))
		}
		out = append(out, r.readLogin(reader, condition))
	}
	return append(out, steps...)
}

// readLogin logs in to pull where a condition holds, "" for always.
func (r *renderer) readLogin(reader plan.Puller, condition string) yamldoc.Doc {
	user, password := userAndPassword(reader.Login)
	return r.fill("github/login", yamldoc.Values{
		"name":      r.own(reader.Path, "Log in to "+reader.Host+" to read"),
		"condition": r.optional("", condition),
		"login":     r.uses("docker/login-action"),
		"registry":  r.own(reader.Path, reader.Host),
		"user":      user,
		"password":  password,
	})
}

// ownCode is the condition that a run is for the code of this repository, and not of a fork.
const ownCode = "github.event_name != 'pull_request' || github.event.pull_request.head.repo.full_name == github.repository"

func secretAt(path, name string) yamldoc.Value {
	return yamldoc.From(path, "${{ secrets."+name+" }}")
}

// named fails with what to do where a secret, or the variable with the user, is not set. The action would say less.
func (r *renderer) named(i plan.Image, j plan.Job, field, secret string, user yamldoc.Value) yamldoc.Doc {
	at := i.Login.Path + field
	return r.fill("github/login-named", yamldoc.Values{
		"name":        r.step(j, plan.StepIdentity),
		"registry":    r.own(i.Path+".registry", i.Registry),
		"environment": r.own(i.Login.Path, j.Environment),
		"secret":      r.own(at, secret),
		"value":       secretAt(at, secret),
		"variable":    r.optional(i.Login.Path+".user", i.Login.User),
		"user":        user,
		"run":         r.script("login-named"),
	})
}
