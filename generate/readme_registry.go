package generate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/plan"
)

// registrySteps say what must exist before the first push to registries other than ghcr.io.
func registrySteps(p plan.Plan) []string {
	var out, done []string
	limit := "the branch `" + p.Source.Branch + "`"
	if p.Release.ByTag() {
		limit = "the tags `" + p.Release.Tags + "`"
	}
	for _, i := range p.Images {
		if i.Login.Kind == plan.ByRunToken || slices.Contains(done, i.Registry) {
			continue
		}
		if len(done) == 0 {
			out = append(out, "Create the environment `"+plan.RegistryEnvironment+"` beside it, limited to "+limit+": the jobs that push images run in it.")
		}
		done = append(done, i.Registry)
		all := kept(p.Images, i.Registry)
		out = append(out, trustStep(p, plan.RegistryEnvironment, all), keepStep(p, all))
	}
	for _, e := range p.Environments {
		out = append(out, copySteps(p, e)...)
	}
	return append(slices.DeleteFunc(out, func(s string) bool { return s == "" }), readSteps(p)...)
}

// readSteps say what builds and tests need to pull with a login.
func readSteps(p plan.Plan) []string {
	var out []string
	for _, r := range p.Readers {
		if r.Login.Kind == plan.ByRunToken {
			out = append(out, "Give this repository the role Read on the packages of GHCR that its builds and tests pull, under Manage Actions access in their settings.")
			continue
		}
		if !slices.ContainsFunc(out, func(s string) bool { return strings.Contains(s, plan.ReadEnvironment) }) {
			out = append(out, "Create the environment `"+plan.ReadEnvironment+"`, open to all branches: pull requests read it, so it holds nothing but what may only read.")
		}
		where := "in `" + plan.ReadEnvironment + "`"
		if slices.ContainsFunc(p.Images, func(i plan.Image) bool { return i.Login.Kind != plan.ByRunToken && i.Registry != r.Host }) {
			where += " and in `" + plan.RegistryEnvironment + "`"
		}
		out = append(out, fmt.Sprintf("Store the user that pulls from `%s` as the variable `%s`, and an access token that may only read as the secret `%s`, %s; for pull requests of Dependabot, store the token among its secrets too.", r.Host, r.Login.User, r.Login.Password, where))
	}
	return out
}

// pullsApart says what runs log in to that release nothing.
func pullsApart(p plan.Plan) string {
	var hosts, secret []string
	for _, r := range p.Readers {
		hosts = append(hosts, r.Host)
		if r.Login.Kind != plan.ByRunToken {
			secret = append(secret, r.Host)
		}
	}
	switch {
	case len(hosts) == 0:
		return "log in nowhere"
	case len(secret) == 0:
		return "log in to " + inWords(hosts) + ", to pull and no more"
	}
	return "log in to " + inWords(hosts) + ", to pull and no more; those of forks get no secrets, go without the login to " + inWords(secret) + ", and fail where they need it"
}

// copySteps say what must exist before the first copy for an environment.
func copySteps(p plan.Plan, e plan.Environment) []string {
	var out, done []string
	copies := p.Copied(e)
	for n, i := range copies {
		copies[n] = e.Pulls(i)
	}
	for _, i := range copies {
		if i.Login.Kind == plan.ByRunToken || slices.Contains(done, i.Registry) {
			continue
		}
		done = append(done, i.Registry)
		all := kept(copies, i.Registry)
		out = append(out, trustStep(p, e.Name, all), keepStep(p, all))
	}
	for _, c := range e.Copies {
		l := c.From.Login
		if c.From.Host == "" || l.Kind == plan.ByRunToken || slices.Contains(done, c.From.Host) {
			continue
		}
		done = append(done, c.From.Host)
		if l.Proves() {
			out = append(out, fmt.Sprintf("What is copied for `%s` is read from `%s`: let %s take the subject `repo:%s:environment:%s` as well.", e.Name, c.From.Host, l.By(), p.Source.Repository, e.Name))
		} else {
			out = append(out, fmt.Sprintf("What is copied for `%s` is read from `%s`: store %s there as well.", e.Name, c.From.Host, inWords(slices.DeleteFunc(append([]string{l.User}, l.Secrets()...), func(s string) bool { return s == "" }))))
		}
	}
	return out
}

// kept are the images in a registry.
func kept(all []plan.Image, host string) []plan.Image {
	return slices.DeleteFunc(slices.Clone(all), func(i plan.Image) bool { return i.Registry != host })
}

// references are the names of images, in words.
func references(images []plan.Image) string {
	names := make([]string, len(images))
	for n, i := range images {
		names[n] = i.Reference
	}
	return inWords(names)
}

// trustStep says how a registry comes to let the workflow in.
func trustStep(p plan.Plan, in string, images []plan.Image) string {
	l, all := images[0].Login, references(images)
	here := " of the environment `" + in + "`"
	// https://github.blog/changelog/2026-04-23-immutable-subject-claims-for-github-actions-oidc-tokens/
	subject := "`repo:" + p.Source.Repository + ":environment:" + in + "`"
	const ids = " In a repository that was created or renamed since July 2026, GitHub writes ids behind the names in it: `OWNER@1/NAME@2`."
	switch l.Kind {
	case plan.ByPassword:
		return fmt.Sprintf("Store the user that pushes to %s as the variable `%s`, and an access token that may do no more as the secret `%s`%s.", all, l.User, l.Password, here)
	case plan.ByAWSRole:
		return fmt.Sprintf("Let the role `%s` trust the provider `token.actions.githubusercontent.com` for the audience `sts.amazonaws.com` and the subject %s.%s It may get a token of ECR, read and push %s, and nothing else.", l.Role, subject, ids, all)
	case plan.ByAWSKey:
		return fmt.Sprintf("Store the access key of a user that may push %s, and nothing else, as the secrets `%s` and `%s`%s. It works until somebody replaces it.", all, l.KeyID, l.Key, here)
	case plan.ByGoogleProvider:
		return fmt.Sprintf("Let the provider `%s` take the subject %s, and nothing else, for the service account `%s`.%s The account writes to the repository of %s by the role `roles/artifactregistry.writer`.", l.Provider, subject, l.ServiceAccount, ids, all)
	case plan.ByGoogleKey:
		return fmt.Sprintf("Store the key of a service account that writes to the repository of %s by the role `roles/artifactregistry.writer`, and does nothing else, as the secret `%s`%s. It works until somebody replaces it.", all, l.Key, here)
	}
	return fmt.Sprintf("Give the identity `%s` a federated credential for the subject %s, and the role `AcrPush` for `%s`.%s", l.Client, subject, images[0].Registry, ids)
}

// keepStep says what a registry wants of its own accord.
func keepStep(p plan.Plan, images []plan.Image) string {
	i := images[0]
	switch region, cloud := i.Login.Region, i.Login.Cloud(); {
	case region != "":
		var create []string
		for _, i := range images {
			create = append(create, "`aws ecr create-repository --region "+region+" --repository-name "+strings.TrimPrefix(i.Reference, i.Registry+"/")+"`")
		}
		return "Create what ECR keeps the images in, since a push does not: " + plan.And(create) + "." + exceptTags(p, images) + " The nodes pull by a role of their own, in EKS with the policy `AmazonEC2ContainerRegistryPullOnly`."
	case googleHost().MatchString(i.Registry):
		var create []string
		for _, i := range images {
			parts := strings.Split(i.Reference, "/")
			command := "`gcloud artifacts repositories create " + parts[2] + " --project " + parts[1] + " --location " + strings.TrimSuffix(i.Registry, "-docker.pkg.dev") + " --repository-format docker`"
			if !slices.Contains(create, command) {
				create = append(create, command)
			}
		}
		return "Create what Google keeps the images in, since a push does not: " + plan.And(create) + ". The nodes pull by a service account of their own, with `roles/artifactregistry.reader`."
	case cloud:
		return "Attach the registry to the cluster, so that the nodes pull by an identity of their own: `az aks update --attach-acr " + strings.TrimSuffix(i.Registry, ".azurecr.io") + "`, or give theirs the role `AcrPull`."
	case i.Registry == dockerHub:
		return openStep(images) + "Docker Hub creates a repository with the first push, public or private as the account has it. It [limits how often images are pulled](https://docs.docker.com/docker-hub/usage/pulls/): on the free plan by account, and without an account by address, which all nodes behind one gateway share."
	}
	return strings.TrimSuffix(openStep(images), " ")
}

// exceptTags says how ECR keeps all tags but those that move. Its exceptions have no sign but *, which would also stand for
// the tags that never move.
// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImageTagMutability.html
func exceptTags(p plan.Plan, images []plan.Image) string {
	var words []string
	for _, i := range images {
		for _, scheme := range i.MovingTags {
			if ofVersion(scheme) {
				return " Leave the tags there mutable: ECR knows no exception for tags such as `" + scheme + "`, which move."
			}
			if word := "`" + strings.ReplaceAll(scheme, "{branch}", strings.ReplaceAll(p.Source.Branch, "/", "-")) + "`"; !slices.Contains(words, word) {
				words = append(words, word)
			}
		}
	}
	if len(words) == 0 {
		return ""
	}
	return " Where tags are to be immutable there, take `--image-tag-mutability IMMUTABLE_WITH_EXCLUSION` and except " + inWords(words) + ", which move."
}

// openStep names the images in a registry that pods pull without a login.
func openStep(images []plan.Image) string {
	open := slices.DeleteFunc(slices.Clone(images), func(i plan.Image) bool { return i.PullSecret != "" })
	if len(open) == 0 {
		return ""
	}
	return "Pods pull " + references(open) + " without a login: make it public there once it is pushed, or set `pullSecret` in the spec. "
}

// copiesText says what a job copies, and to where.
func copiesText(p plan.Plan, e plan.Environment) string {
	var out []string
	for _, i := range p.Copied(e) {
		out = append(out, "`"+i.Reference+"` to `"+e.Pulls(i).Reference+"`")
	}
	return plan.And(out)
}

// waitsText says what waits until an image is attested.
func waitsText(p plan.Plan, attest string) string {
	var out []string
	for _, e := range p.Environments {
		if j := p.Jobs.Find(e.Jobs.Copy); slices.Contains(j.Needs, attest) {
			out = append(out, e.Name)
		}
	}
	if len(out) == 0 {
		return "no deploy waits for it"
	}
	return "the copy for " + plan.And(out) + " waits for it, and no other deploy"
}
