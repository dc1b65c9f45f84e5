package plan

import "strings"

// RegistryEnvironment is the environment in GitHub of the jobs that log in to a registry with more than the run's own
// token.
const RegistryEnvironment = "registry"

// ReadEnvironment is that of the jobs which pull requests start too, where they log in to pull.
const ReadEnvironment = "registry-read"

// Puller is a registry from which builds and tests pull with a login.
type Puller struct {
	Host, Path string
	Login      Login
}

// HostOf is the registry of an image by its whole name, as docker reads it.
func HostOf(image string) string {
	host, _, several := strings.Cut(image, "/")
	if several && (strings.ContainsAny(host, ".:") || host == "localhost") {
		return host
	}
	return "docker.io"
}

// LoginKind is how CI logs in to a registry.
type LoginKind int

const (
	// ByRunToken uses the run's own token, which ghcr.io takes.
	ByRunToken LoginKind = iota
	// ByPassword uses a user and a secret.
	ByPassword
	// ByAWSRole, ByGoogleProvider and ByAzure prove who the run is, and get a credential that ends with it.
	ByAWSRole
	ByGoogleProvider
	ByAzure
	// ByAWSKey and ByGoogleKey use keys, which work until somebody replaces them.
	ByAWSKey
	ByGoogleKey
)

// Login is how CI logs in to a registry. What its kind has no use for is "".
type Login struct {
	Kind LoginKind
	// Path is its place in the spec.
	Path string
	// User is the name of a variable; Password, KeyID and Key are names of secrets.
	User, Password, KeyID, Key string
	// Role is the role in AWS, and Account and Region are those of the registry.
	Role, Account, Region string
	// Provider and ServiceAccount are Google's.
	Provider, ServiceAccount string
	// Client, Tenant and Subscription are Azure's.
	Client, Tenant, Subscription string
}

// Proves reports whether the run proves who it is, for which it needs the right id-token.
func (l Login) Proves() bool {
	return l.Kind == ByAWSRole || l.Kind == ByGoogleProvider || l.Kind == ByAzure
}

// Secrets are the names of the secrets that it reads.
func (l Login) Secrets() []string {
	var out []string
	for _, name := range []string{l.Password, l.KeyID, l.Key} {
		if name != "" {
			out = append(out, name)
		}
	}
	return out
}

// Cloud reports whether the registry is a cloud's, whose nodes pull by an identity of their own.
func (l Login) Cloud() bool { return l.Kind > ByPassword }

// Ends reports whether the credential ends with the run, or soon after it.
func (l Login) Ends() bool { return l.Kind == ByRunToken || l.Proves() }

// By says with what the images are pushed.
func (l Login) By() string {
	switch l.Kind {
	case ByAWSRole:
		return "the role " + l.Role
	case ByGoogleProvider:
		return "the service account " + l.ServiceAccount + ", for " + l.Provider
	case ByAzure:
		return "the identity " + l.Client + " of the tenant " + l.Tenant
	case ByPassword:
		return "the secret " + l.Password + " of the user in " + l.User
	case ByAWSKey, ByGoogleKey:
		return "the key in the secret " + l.Key
	}
	return "the run's own token"
}
