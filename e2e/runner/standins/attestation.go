package standins

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// Attestation is what GitHub knows of an image that was attested: the repository, and the workflow with the ref at which
// it ran.
type Attestation struct{ Repository, Signer string }

// Attest notes that an image was attested, in the world under root.
func (a Attestation) Attest(root, digest string) error {
	return writeJSON(filepath.Join(root, "attestations", digest+".json"), a)
}

// down says that Sigstore does not answer, by a file in the world.
func (w World) down(file string) error {
	if _, err := os.Stat(filepath.Join(w.root, file)); err == nil {
		return errors.New("Error: failed to fetch the certificate")
	}
	return w.private()
}

// attest is actions/attest. It insists that its subject is in the registry.
func attest(w World, in inputs) error {
	if err := w.down("no-attestation"); err != nil {
		return err
	}
	if _, err := w.entries(in["subject-name"] + "@" + in["subject-digest"]); err != nil {
		return err
	}
	signer := os.Getenv("GITHUB_SERVER_URL") + "/" + os.Getenv("GITHUB_WORKFLOW_REF")
	return Attestation{os.Getenv("GITHUB_REPOSITORY"), signer}.Attest(w.root, in["subject-digest"])
}

// verify is gh attestation verify, of an image by its digest.
func (w World) verify(args []string) error {
	flags := flag.NewFlagSet("gh attestation verify", flag.ContinueOnError)
	repository := flags.String("repo", "", "")
	identity := flags.String("cert-identity-regex", "", "")
	words, err := options(flags, args, 1, "repo", "cert-identity-regex")
	if err != nil {
		return err
	}
	image, ok := strings.CutPrefix(words[0], "oci://")
	if !ok || !strings.Contains(image, "@sha256:") {
		return errNotImitated
	}
	wanted, err := regexp.Compile(*identity)
	if err := errors.Join(err, w.down("no-verification")); err != nil {
		return err
	}
	reference, err := w.Reference(image)
	if err != nil {
		return err
	}
	if _, err := remote.Head(reference, w.login()); err != nil {
		return err
	}
	var found Attestation
	if err := readJSON(filepath.Join(w.root, "attestations", reference.Identifier()+".json"), &found); err != nil {
		return errors.New("Error: no attestations found")
	}
	if found.Repository != *repository || !wanted.MatchString(found.Signer) {
		return errors.New("Error: verifying with issuer \"sigstore.dev\"")
	}
	return nil
}
