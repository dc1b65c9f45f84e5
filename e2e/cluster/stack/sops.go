package stack

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/pipegen/pipegen/e2e/cluster/kube"
)

// BuildOptions let kustomize start the program that a generator names.
var BuildOptions = []string{"--enable-alpha-plugins", "--enable-exec"}

// ageKey is the file with the key of the repository server.
func (s *Stack) ageKey() string { return filepath.Join(s.folder, "age.txt") }

// Decrypting is the environment in which kustomize decrypts as the repository server does.
func (s *Stack) Decrypting() []string { return s.environment("SOPS_AGE_KEY_FILE=" + s.ageKey()) }

// letDecrypt sets the build options of Argo CD.
func (s *Stack) letDecrypt(ctx context.Context) error {
	return s.Kube.Merge(ctx, kube.Named("v1", "ConfigMap", s.namespace, "argocd-cm"), "", map[string]any{"data": map[string]string{"kustomize.buildOptions": strings.Join(BuildOptions, " ")}})
}

var recipient = regexp.MustCompile(`age1\w+`)

// makeAgeKey makes the key with which the repository server decrypts.
func (s *Stack) makeAgeKey(ctx context.Context) error {
	out, err := exec.CommandContext(ctx, s.parts.Path("age-keygen"), "-o", s.ageKey()).CombinedOutput()
	if err != nil {
		return fmt.Errorf("age-keygen: %w\n%s", err, out)
	}
	s.recipient = recipient.FindString(string(out))
	return nil
}

// Encrypt has SOPS encrypt a Secret for the repository server, as the first lines of its file say.
func (s *Stack) Encrypt(ctx context.Context, secret []byte) ([]byte, error) {
	encrypt := exec.CommandContext(ctx, s.parts.Path("sops"), "encrypt", "--age", s.recipient, "--encrypted-regex", "^(data|stringData)$", "--filename-override", "secret.enc.yaml")
	encrypt.Env, encrypt.Stdin = s.environment(), bytes.NewReader(secret)
	out, err := encrypt.Output()
	if failed, ok := err.(*exec.ExitError); ok {
		return nil, fmt.Errorf("sops: %w\n%s", err, failed.Stderr)
	}
	return out, err
}
