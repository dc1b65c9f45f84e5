package rules

import (
	"cmp"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// secretNames say for kinds of objects that become a Secret in the cluster where they name it; without a name there it has
// that of the object.
var secretNames = map[string][]string{
	"AzureKeyVaultSecret": {"spec", "output", "secret", "name"},
	"Certificate":         {"spec", "secretName"},
	"ExternalSecret":      {"spec", "target", "name"},
	"InfisicalSecret":     {"spec", "managedSecretReference", "secretName"},
	"OnePasswordItem":     {"metadata", "name"},
	"SealedSecret":        {"metadata", "name"},
	"VaultDynamicSecret":  {"spec", "destination", "name"},
	"VaultPKISecret":      {"spec", "destination", "name"},
	"VaultStaticSecret":   {"spec", "destination", "name"},
}

// madeSecrets are the names of the Secrets that an object becomes, or has made.
func madeSecrets(o *pipeline.Object) []string {
	if at, ok := secretNames[o.Kind]; ok {
		return []string{cmp.Or(o.Get(at...).Text(), o.Name)}
	}
	// What Crossplane makes says so in one field, of any kind.
	out := []string{o.Get("spec", "writeConnectionSecretToRef", "name").Text()}
	for _, s := range o.Get("spec", "secretObjects").Items() { // of a SecretProviderClass
		out = append(out, s.Get("secretName").Text())
	}
	annotations := o.Get("metadata", "annotations")
	if annotations.Get("cert-manager.io/cluster-issuer").OK() || annotations.Get("cert-manager.io/issuer").OK() {
		for _, tls := range o.Get("spec", "tls").Items() { // of an Ingress
			out = append(out, tls.Get("secretName").Text())
		}
	}
	return out
}
