package rules

import (
	"encoding/base64"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

var clusterSecrets = []Rule{
	{
		ID:    "K41",
		Title: "what pods read of a Secret is in it",
		Why:   "A pod that reads a key which its Secret does not have never starts. Where an object of the tree makes the Secret, it says which keys that gets, and of which type it is: a Secret of another type pulls no image.",
		Evidence: []Source{
			{Says: "what External Secrets makes of an ExternalSecret", URL: "https://github.com/external-secrets/external-secrets/blob/v1.3.2/pkg/controllers/externalsecret/externalsecret_controller_template.go"},
			{Says: "what the controller makes of a SealedSecret", URL: "https://github.com/bitnami-labs/sealed-secrets/blob/v0.27.1/pkg/apis/sealedsecrets/v1alpha1/sealedsecret_expansion.go"},
		},
		By:    Proof | Refusal | Import,
		Check: keysAreMade,
	},
	{
		ID:    "K42",
		Title: "one object makes a Secret",
		Why:   "Of two objects that make one Secret, the second takes the values of the first away, or is refused by its controller for as long as both are there.",
		By:    Proof | Refusal | Import,
		Check: oneMaker,
	},
	{
		ID:    "K43",
		Title: "a SealedSecret is in the namespace and has the name for which it was sealed",
		Why:   "Its values are encrypted with both of these, and the controller can decrypt them nowhere else. kustomize writes the overlay's namespace over the one in the file, so that no error says so before the deploy.",
		Evidence: []Source{
			{Says: "scopes", URL: "https://github.com/bitnami-labs/sealed-secrets/blob/v0.27.1/README.md#scopes"},
		},
		By:    Proof | Import,
		Check: sealedForItsPlace,
	},
	{
		ID:    "K44",
		Title: "what Argo CD decrypts is encrypted, and says for whom",
		Why:   "SOPS encrypts values and leaves names and keys, so that whoever reads the file sees which Secret it is and what is in it. A value in clear stays in the history and in every clone. A file that SOPS has not written cannot be decrypted: Argo CD then renders nothing of the environment.",
		Evidence: []Source{
			{Says: "how a file of SOPS is made", URL: "https://github.com/getsops/sops/blob/v3.13.3/README.rst#encrypting-only-parts-of-a-file"},
			{Says: "how KSOPS decrypts it", URL: "https://github.com/viaduct-ai/kustomize-sops/blob/v4.5.1/ksops.go"},
		},
		By:    Proof | Import,
		Check: encryptedInGit,
	},
	{
		ID:    "K45",
		Title: "a Secret of the CSI driver is mounted by a pod",
		Why:   "The driver of the Secrets Store makes the Secrets that a SecretProviderClass names while a pod has a volume of that class, and takes them away with the last one. A pod that reads such a Secret where none has the volume never starts, and where pods of Jobs alone have it, not before one of them.",
		Evidence: []Source{
			{Says: "when the driver makes a Secret", URL: "https://secrets-store-csi-driver.sigs.k8s.io/topics/sync-as-kubernetes-secret"},
		},
		By:    Proof | Import,
		Check: classesAreMounted,
	},
	{
		ID:    "K46",
		Title: "the CSI driver makes Secrets of what its provider mounts",
		Why:   "A SecretProviderClass names the files that make up a Secret, and its parameters what the provider asks for, with the name of each file: its alias where it has one. Of a file that is not there the driver makes nothing, the Secret as a whole never comes, and each pod that reads it waits.",
		Evidence: []Source{
			{Says: "how the driver looks for a file", URL: "https://github.com/kubernetes-sigs/secrets-store-csi-driver/blob/v1.6.0/pkg/util/secretutil/secret.go"},
			{Says: "how files are named by Azure", URL: "https://github.com/Azure/secrets-store-csi-driver-provider-azure/blob/v1.8.2/pkg/provider/types/types.go"},
			{Says: "how files are named by AWS", URL: "https://github.com/aws/secrets-store-csi-driver-provider-aws/blob/secrets-store-csi-driver-provider-aws-2.1.1/provider/secret_descriptor.go"},
			{Says: "how files are named by Google Cloud", URL: "https://github.com/GoogleCloudPlatform/secrets-store-csi-driver-provider-gcp/blob/v1.9.0/config/config.go"},
			{Says: "how files are named by Vault", URL: "https://github.com/hashicorp/vault-csi-provider/blob/v1.7.4/internal/config/config.go"},
		},
		By:    Proof | Import,
		Check: classesMountFiles,
	},
}

// keyRead is a key of a Secret that a workload's pods read.
type keyRead struct{ secret, key pipeline.Node }

// keysRead are the keys of Secrets that a workload's pods need.
func keysRead(w pipeline.Workload) []keyRead {
	var out []keyRead
	for _, r := range referencesOf(w) {
		if r.kind == "Secret" && r.key.OK() {
			out = append(out, keyRead{r.name, r.key})
		}
	}
	for _, v := range w.Pod().Get("volumes").Items() {
		sources := []keyRead{{v.Get("secret", "secretName"), v.Get("secret")}}
		for _, p := range v.Get("projected", "sources").Items() {
			sources = append(sources, keyRead{p.Get("secret", "name"), p.Get("secret")})
		}
		for _, s := range sources {
			for _, i := range s.key.Get("items").Items() {
				if !s.key.Get("optional").True() {
					out = append(out, keyRead{s.secret, i.Get("key")})
				}
			}
		}
	}
	return out
}

// maker is the object of a target that makes a Secret, nil where none does.
func maker(t *pipeline.Target, secret string) *pipeline.Object {
	for _, o := range t.Objects {
		if slices.Contains(madeSecrets(o), secret) || o.Kind == "Secret" && o.Name == secret && o.Encrypted().OK() {
			return o
		}
	}
	return nil
}

// keysAreMade looks for keys that pods read and an object of the tree does not give the Secret, and for Secrets of a type
// with which nothing can be pulled.
func keysAreMade(c *Case) {
	for _, t := range c.targets {
		for _, w := range t.Workloads() {
			for _, r := range keysRead(w) {
				o := maker(t, r.secret.Text())
				if o == nil {
					continue
				}
				if keys, known := madeKeys(o, r.secret.Text()); known && !slices.Contains(keys, r.key.Text()) {
					c.broken(r.key.At(), o.At(), "add the key to "+o.Label()+", or read one of "+strings.Join(keys, ", "), "%s reads the key %s of the Secret %s, and %s makes none of that name", w.Label(), quoted(r.key.Text()), quoted(r.secret.Text()), o.Label())
				}
			}
			for _, s := range pullSecrets(t, w) {
				if o := maker(t, s.Text()); o != nil {
					if kind := madeType(o, s.Text()); kind.OK() && !strings.HasPrefix(kind.Text(), "kubernetes.io/dockerc") {
						c.broken(kind.At(), s.At(), "write kubernetes.io/dockerconfigjson", "%s pulls its image with the Secret %s, which has the type %s", w.Label(), quoted(s.Text()), quoted(kind.Text()))
					}
				}
			}
		}
	}
}

// madeKeys are the keys of a Secret that an object becomes, where the object says them all.
func madeKeys(o *pipeline.Object, secret string) (keys []string, known bool) {
	add := func(of pipeline.Node) {
		for key := range of.Pairs() {
			keys = append(keys, key)
		}
	}
	switch {
	case o.Kind == "Secret" && o.Encrypted().OK():
		add(o.Get("data"))
		add(o.Get("stringData"))
		known = len(keys) > 0
	case o.Kind == "SealedSecret" && o.Group == "bitnami.com":
		add(o.Get("spec", "encryptedData"))
		known = len(keys) > 0
		add(o.Get("spec", "template", "data"))
	case o.SecretClass():
		for _, s := range secretsOfClass(o, secret) {
			for _, d := range s.Get("data").Items() {
				keys = append(keys, d.Get("key").Text())
			}
			known = true
		}
	case o.Kind == "ExternalSecret" && o.Group == "external-secrets.io":
		target := o.Get("spec", "target")
		template := target.Get("template")
		if o.Get("spec", "dataFrom").OK() || template.Get("templateFrom").OK() || target.Get("creationPolicy").Text() == "Merge" {
			return nil, false
		}
		if data := template.Get("data"); data.OK() {
			add(data)
			if template.Get("mergePolicy").Text() != "Merge" {
				return keys, true
			}
		}
		for _, d := range o.Get("spec", "data").Items() {
			keys = append(keys, d.Get("secretKey").Text())
		}
		known = true
	}
	return keys, known
}

// madeType is the type of a Secret that an object becomes, where it says one.
func madeType(o *pipeline.Object, secret string) pipeline.Node {
	switch o.Kind {
	case "Secret":
		return o.Get("type")
	case "ExternalSecret":
		return o.Get("spec", "target", "template", "type")
	case pipeline.SecretProviderClass:
		for _, s := range secretsOfClass(o, secret) {
			return s.Get("type")
		}
	}
	return o.Get("spec", "template", "type")
}

// oneMaker looks for Secrets that two objects of a tree make.
func oneMaker(c *Case) {
	for _, t := range c.targets {
		makers := map[string]*pipeline.Object{}
		for _, o := range t.Objects {
			_, whole := secretNames[o.Kind]
			if !whole && !(o.Kind == "Secret" && o.Group == "") && !o.SecretClass() || adds(o) {
				continue
			}
			names := []string{o.Name}
			if whole || o.SecretClass() {
				names = madeSecrets(o)
			}
			for _, name := range names {
				if name == "" {
					continue
				}
				// Classes of several accounts may ask for the same.
				if other := makers[name]; other != nil && other != o && !sameOfClasses(other, o, name) {
					c.broken(o.At(), other.At(), "remove one of the two", "%s and %s both make the Secret %s", other.Label(), o.Label(), quoted(name))
				}
				makers[name] = o
			}
		}
	}
}

// adds reports an object that adds to a Secret which others make, or that gives way to it.
func adds(o *pipeline.Object) bool {
	annotations := o.Get("metadata", "annotations")
	return slices.Contains([]string{"Merge", "None"}, o.Get("spec", "target", "creationPolicy").Text()) ||
		annotations.Get("sealedsecrets.bitnami.com/patch").True() || annotations.Get("sealedsecrets.bitnami.com/managed").True()
}

// sealedForItsPlace looks for files of SealedSecrets that are rendered for another namespace, or under another name, than
// they were sealed for, and for those that nobody has sealed so far.
func sealedForItsPlace(c *Case) {
	for _, t := range c.targets {
		for _, f := range t.Folders {
			for _, file := range f.Files {
				for _, d := range file.Docs {
					if d.Get("kind").Text() == "SealedSecret" && d.Get("spec", "encryptedData").OK() && !d.Get("$patch").OK() {
						c.sealed(t, d)
					}
				}
			}
		}
	}
}

func (c *Case) sealed(t *pipeline.Target, file pipeline.Node) {
	name, namespace := file.Get("metadata", "name"), file.Get("metadata", "namespace")
	annotations := file.Get("metadata", "annotations")
	scope := func(word string) bool { return annotations.Get("sealedsecrets.bitnami.com/"+word).Text() == "true" }
	switch i := slices.IndexFunc(t.Objects, func(o *pipeline.Object) bool { return o.Kind == "SealedSecret" && o.Name == name.Text() }); {
	case scope("cluster-wide"):
	case i < 0:
		if !scope("namespace-wide") {
			c.broken(name.At(), t.At(), "seal it for the name under which it is rendered, or with --scope namespace-wide", "SealedSecret %s was sealed for this name, and %s gives it another one", name.Text(), t.Dir)
		}
	default:
		if there := t.Objects[i].Get("metadata", "namespace"); there.OK() && namespace.OK() && there.Text() != namespace.Text() {
			c.broken(namespace.At(), there.At(), "seal it with --namespace "+there.Text(), "SealedSecret %s was sealed for the namespace %s, and %s is rendered for %s: nothing there can decrypt it", name.Text(), quoted(namespace.Text()), t.Dir, quoted(there.Text()))
		}
	}
	values := file.Get("spec", "encryptedData")
	unsealed := true
	for _, v := range values.Pairs() {
		_, err := base64.StdEncoding.DecodeString(v.Text())
		if unsealed = err != nil || v.Text() == ""; unsealed {
			break
		}
	}
	// Without a spec another tool may fill the values in.
	if unsealed && c.Facts != nil {
		c.doubtful(values.At(), t.At(), "let kubeseal write the file, as its first lines say", "SealedSecret %s is not sealed yet: the controller cannot decrypt what is here, and no pod that reads it starts", name.Text())
	}
}
