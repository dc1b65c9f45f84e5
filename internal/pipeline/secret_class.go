package pipeline

import "github.com/pipegen/pipegen/internal/artifact"

// SecretProviderClass is the kind of an object by which the Secrets Store CSI driver mounts what is in a store.
const SecretProviderClass = "SecretProviderClass"

// SecretClass reports an object of that kind, and of that driver.
func (o *Object) SecretClass() bool {
	return o.Kind == SecretProviderClass && o.Group == "secrets-store.csi.x-k8s.io"
}

// AskedIn is the parameter in which the provider of a SecretProviderClass reads what it mounts, "" where that is not known.
func AskedIn(provider string) string {
	switch provider {
	case "aws", "azure", "openbao", "vault":
		return "objects"
	case "gcp":
		return "secrets"
	}
	return ""
}

// ClassEntries are the entries of the store for which a SecretProviderClass asks its provider, as the provider reads them;
// none where it is not known how that one is asked.
func (o *Object) ClassEntries() []Node {
	provider := o.Get("spec", "provider").Text()
	asked := yamlIn(o.Get("spec", "parameters", AskedIn(provider)))
	if provider != "azure" {
		return asked.Items()
	}
	var out []Node
	for _, text := range asked.Get("array").Items() {
		out = append(out, yamlIn(text))
	}
	return out
}

// yamlIn is the document in a text.
func yamlIn(text Node) Node {
	if f := Parse(artifact.File{Path: "text.yaml", Content: []byte(text.Text())}, ""); len(f.Docs) == 1 && f.Fault == "" {
		return f.Docs[0]
	}
	return Node{}
}
