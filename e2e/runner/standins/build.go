package standins

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// buildAndPush is docker/build-push-action: into the machine's docker, or by
// digest into the registry.
func buildAndPush(w World, in inputs) error {
	if err := mounted(in); err != nil {
		return err
	}
	image, platform, err := buildImage(w, in)
	if err != nil {
		return err
	}
	if in["load"] == "true" {
		config, err := image.ConfigFile()
		if err != nil {
			return err
		}
		if err := writeJSON(w.imageFile(in["tags"]), config); err != nil {
			return err
		}
	}
	if in["push"] == "true" {
		return w.pushByTag(in, image)
	}
	if in["tags"] != "" && in["load"] != "true" {
		return errors.New("not imitated: a tag that goes nowhere")
	}
	if in["outputs"] == "" {
		return nil
	}
	return w.pushByDigest(in, image, platform)
}

// mounted insists that each secret of a build is in the environment of its step, and that the agent has a key.
func mounted(in inputs) error {
	for mount := range strings.FieldsSeq(in["secret-envs"]) {
		if _, variable, ok := strings.Cut(mount, "="); !ok || os.Getenv(variable) == "" {
			return fmt.Errorf("secret %s: no such variable", mount)
		}
	}
	if in["ssh"] == "" {
		return nil
	}
	_, socket, _ := strings.Cut(in["ssh"], "=")
	ask := exec.Command("ssh-add", "-l")
	ask.Env = append(os.Environ(), "SSH_AUTH_SOCK="+socket)
	if said, err := ask.CombinedOutput(); err != nil {
		return fmt.Errorf("the agent at %s: %w\n%s", socket, err, said)
	}
	return nil
}

// pushByTag pushes an image for one platform, without provenance.
func (w World) pushByTag(in inputs, image v1.Image) error {
	if in["provenance"] != "false" || in["outputs"] != "" {
		return fmt.Errorf("not imitated: a tag with outputs %q and provenance %q", in["outputs"], in["provenance"])
	}
	if err := w.private(); err != nil {
		return err
	}
	for tag := range strings.FieldsSeq(in["tags"]) {
		reference, err := w.Reference(tag)
		if err != nil {
			return err
		}
		if err := remote.Write(reference, image, w.login()); err != nil {
			return err
		}
	}
	digest, err := image.Digest()
	if err != nil {
		return err
	}
	return setOutput("digest", digest.String())
}

// pushByDigest pushes what buildx makes of an image with provenance: an index
// of the image and of an attestation manifest for an unknown platform.
func (w World) pushByDigest(in inputs, image v1.Image, platform v1.Platform) error {
	output := map[string]string{}
	for pair := range strings.SplitSeq(in["outputs"], ",") {
		key, value, _ := strings.Cut(pair, "=")
		output[key] = value
	}
	if output["type"] != "image" || output["push"] != "true" || output["push-by-digest"] != "true" || in["provenance"] == "false" {
		return fmt.Errorf("not imitated: outputs %s with provenance %q", in["outputs"], in["provenance"])
	}
	if err := w.private(); err != nil {
		return err
	}
	digest, err := image.Digest()
	if err != nil {
		return err
	}
	statement := static.NewLayer([]byte("provenance of "+digest.String()), "application/vnd.in-toto+json")
	attestation, err := mutate.AppendLayers(mutate.MediaType(empty.Image, types.OCIManifestSchema1), statement)
	if err != nil {
		return err
	}
	index := mutate.AppendManifests(empty.Index,
		mutate.IndexAddendum{Add: image, Descriptor: v1.Descriptor{Platform: &platform}},
		mutate.IndexAddendum{Add: attestation, Descriptor: v1.Descriptor{
			Platform: &v1.Platform{OS: "unknown", Architecture: "unknown"},
			Annotations: map[string]string{
				"vnd.docker.reference.type":   "attestation-manifest",
				"vnd.docker.reference.digest": digest.String(),
			},
		}})
	whole, err := index.Digest()
	if err != nil {
		return err
	}
	reference, err := w.Reference(output["name"] + "@" + whole.String())
	if err != nil {
		return err
	}
	if err := remote.WriteIndex(reference, index, w.login()); err != nil {
		return err
	}
	return setOutput("digest", whole.String())
}

// buildImage reads from the Dockerfile what the scripts ask an image about.
// Context, commit, platform, arguments and the world's Build decide about its bytes.
func buildImage(w World, in inputs) (v1.Image, v1.Platform, error) {
	platform, err := v1.ParsePlatform(in["platforms"])
	if err != nil {
		return nil, v1.Platform{}, err
	}
	if _, err := os.Stat(in["context"]); err != nil {
		return nil, v1.Platform{}, err
	}
	dockerfile, err := os.ReadFile(in["file"])
	if err != nil {
		return nil, v1.Platform{}, err
	}
	config := v1.ConfigFile{
		OS:           platform.OS,
		Architecture: platform.Architecture,
		Config:       v1.Config{Labels: map[string]string{}},
	}
	for line := range strings.Lines(string(dockerfile)) {
		if words := strings.Fields(line); len(words) == 2 && words[0] == "USER" {
			config.Config.User = words[1]
		}
	}
	for line := range strings.Lines(in["labels"]) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), "=")
		if !ok {
			return nil, v1.Platform{}, fmt.Errorf("the label %q has no value", line)
		}
		config.Config.Labels[key] = value
	}
	layer, err := json.Marshal([]any{config, in["context"], in["build-args"], w.Build})
	if err != nil {
		return nil, v1.Platform{}, err
	}
	image, err := mutate.ConfigFile(mutate.MediaType(empty.Image, types.OCIManifestSchema1), &config)
	if err != nil {
		return nil, v1.Platform{}, err
	}
	image, err = mutate.AppendLayers(image, static.NewLayer(layer, types.OCIUncompressedLayer))
	return image, *platform, err
}
