package standins

import (
	"cmp"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// ghcr is the registry that the workflow names.
const ghcr = "ghcr.io"

func (w World) host() string { return cmp.Or(w.Host, ghcr) }

// Reference turns a name at that registry into the same name at the world's.
// Any other host is an error: nothing may leave the machine.
func (w World) Reference(text string) (name.Reference, error) {
	path, ok := strings.CutPrefix(text, w.host()+"/")
	if !ok {
		return nil, fmt.Errorf("%s is not at %s", text, w.host())
	}
	return name.ParseReference(w.Registry+"/"+path, name.StrictValidation, name.Insecure)
}

// credential is the file that says that a machine has logged in.
func (w World) credential() string { return filepath.Join(w.machine(), "login-"+w.host()) }

// account is what a machine has logged in with.
type account struct{ User, Password string }

// Account shows the registry a user and a password, if it wants any.
func (w World) Account(user, password string) remote.Option {
	if w.Password == "" {
		return remote.WithAuth(authn.Anonymous)
	}
	return remote.WithAuth(&authn.Basic{Username: user, Password: password})
}

// login shows it what the machine has logged in with.
func (w World) login() remote.Option {
	var a account
	text, err := os.ReadFile(w.credential())
	if err == nil {
		err = json.Unmarshal(text, &a)
	}
	if err != nil {
		return remote.WithAuth(authn.Anonymous)
	}
	return w.Account(a.User, a.Password)
}

// private is the error that GHCR gives a machine without a login.
func (w World) private() error {
	if _, err := os.Stat(w.credential()); err != nil {
		return errors.New("ERROR: 401 unauthorized: this machine has not logged in to " + w.host())
	}
	return nil
}

func imagetoolsInspect(w World, args []string) error {
	flags := flag.NewFlagSet("docker buildx imagetools inspect", flag.ContinueOnError)
	raw := flags.Bool("raw", false, "")
	format := flags.String("format", "", "")
	names, err := parse(flags, args, 1)
	if err != nil {
		return err
	}
	if err := w.private(); err != nil {
		return err
	}
	reference, err := w.Reference(names[0])
	if err != nil {
		return err
	}
	// The script decides how often to ask again.
	found, err := remote.Get(reference, remote.WithRetryStatusCodes(), w.login())
	var refused *transport.Error
	switch {
	case errors.As(err, &refused) && refused.StatusCode == http.StatusNotFound:
		return fmt.Errorf("ERROR: %s: not found", names[0])
	case errors.As(err, &refused):
		return fmt.Errorf("ERROR: unexpected status from HEAD request to https://%s/v2/: %d %s", w.host(), refused.StatusCode, http.StatusText(refused.StatusCode))
	case err != nil:
		return fmt.Errorf("ERROR: failed to do request: %w", err)
	}
	if *raw {
		_, err = os.Stdout.Write(found.Manifest)
		return err
	}
	return printFormat(*format, struct{ Manifest v1.Descriptor }{found.Descriptor})
}

// imagetoolsCreate joins the sources into one index, as buildx does: the
// entries of an index that is a source are taken over one by one. One that is
// the only source, and gets no annotation, is copied byte for byte
// (https://github.com/docker/buildx/blob/v0.38.2/util/imagetools/create.go, combine).
func imagetoolsCreate(w World, args []string) error {
	flags := flag.NewFlagSet("docker buildx imagetools create", flag.ContinueOnError)
	var tags []string
	flags.Func("tag", "", func(tag string) error {
		tags = append(tags, tag)
		return nil
	})
	index := v1.IndexManifest{SchemaVersion: 2, MediaType: types.OCIImageIndex, Annotations: map[string]string{}}
	flags.Func("annotation", "", func(text string) error {
		annotation, ok := strings.CutPrefix(text, "index:")
		key, value, equal := strings.Cut(annotation, "=")
		if !ok || !equal {
			return fmt.Errorf("not imitated: --annotation %s", text)
		}
		index.Annotations[key] = value
		return nil
	})
	sources, err := parse(flags, args, 1)
	if err != nil {
		return err
	}
	if err := w.private(); err != nil {
		return err
	}
	if len(sources) == 1 && len(index.Annotations) == 0 {
		return each(tags, func(tag string) error { return w.copyIndex(sources[0], tag) })
	}
	for _, source := range sources {
		entries, err := w.entries(source)
		if err != nil {
			return err
		}
		index.Manifests = append(index.Manifests, entries...)
	}
	text, err := json.Marshal(index)
	if err != nil {
		return err
	}
	return each(tags, func(tag string) error {
		reference, err := w.Reference(tag)
		if err != nil {
			return err
		}
		return remote.Put(reference, manifest{text, types.OCIImageIndex}, w.login())
	})
}

// each gives one tag after the other, and stops at the first that cannot be given.
func each(tags []string, give func(tag string) error) error {
	for _, tag := range tags {
		if err := give(tag); err != nil {
			return err
		}
	}
	return nil
}

func (w World) copyIndex(source, tag string) error {
	from, err := w.Reference(source)
	if err != nil {
		return err
	}
	to, err := w.Reference(tag)
	if err != nil {
		return err
	}
	found, err := remote.Get(from, w.login())
	if err != nil {
		return err
	}
	if !found.MediaType.IsIndex() {
		return fmt.Errorf("not imitated: %s is no index", source)
	}
	return remote.Put(to, found, w.login())
}

func (w World) entries(source string) ([]v1.Descriptor, error) {
	reference, err := w.Reference(source)
	if err != nil {
		return nil, err
	}
	found, err := remote.Get(reference, w.login())
	if err != nil {
		return nil, err
	}
	if !found.MediaType.IsIndex() {
		return nil, fmt.Errorf("not imitated: %s is no index", source)
	}
	index, err := found.ImageIndex()
	if err != nil {
		return nil, err
	}
	parsed, err := index.IndexManifest()
	if err != nil {
		return nil, err
	}
	return parsed.Manifests, nil
}

// manifest is what remote.Put sends.
type manifest struct {
	text      []byte
	mediaType types.MediaType
}

func (m manifest) RawManifest() ([]byte, error)        { return m.text, nil }
func (m manifest) MediaType() (types.MediaType, error) { return m.mediaType, nil }
