// Package parts provides the programs of the cluster: those in Go are built from
// their modules, pinned in the folders beside this file, and kept in the user's
// cache; four come from Debian.
package parts

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"
)

// The versions in the go.mod files of the folders beside this file. The programs of
// Kubernetes have to be told theirs.
const (
	Kubernetes = "v1.37.2"
	ArgoCD     = "v3.2.11"
)

// part is one Go module with the programs that it holds.
type part struct {
	folder   string
	packages []string
	// name is the program's, where it is not the package's.
	name string
	// flags are the linker's.
	flags string
	// files is the module with its manifests, or "".
	files string
}

var all = []part{
	{folder: "kustomize", packages: []string{"sigs.k8s.io/kustomize/kustomize/v5"}},
	{folder: "helm", packages: []string{"helm.sh/helm/v3/cmd/helm"}},
	// Its controller is called controller.
	{folder: "sealedsecrets", packages: []string{"github.com/bitnami-labs/sealed-secrets/cmd/controller", "github.com/bitnami-labs/sealed-secrets/cmd/kubeseal"}},
	{folder: "sops", packages: []string{"github.com/getsops/sops/v3/cmd/sops", "filippo.io/age/cmd/age-keygen", "./ksops"}},
	{folder: "argorollouts", packages: []string{"github.com/argoproj/argo-rollouts/cmd/rollouts-controller"}},
	{folder: "kwok", packages: []string{"sigs.k8s.io/kwok/cmd/kwok"}},
	{
		folder:   "kubernetes",
		packages: []string{"k8s.io/kubernetes/cmd/kube-apiserver", "k8s.io/kubernetes/cmd/kube-controller-manager", "k8s.io/kubernetes/cmd/kube-scheduler"},
		flags: " -X k8s.io/component-base/version.gitVersion=" + Kubernetes +
			" -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=37",
	},
	{folder: "kubectl", packages: []string{"k8s.io/kubernetes/cmd/kubectl"}, flags: " -X k8s.io/component-base/version.gitVersion=" + Kubernetes},
	{folder: "argocd", packages: []string{"github.com/argoproj/argo-cd/v3/cmd"}, name: "argocd", files: "github.com/argoproj/argo-cd/v3"},
}

// Set says where the programs are.
type Set struct {
	programs map[string]string
	// Manifests is the folder of Argo CD's own manifests, and Catalogue the file of its notifications.
	Manifests, Catalogue string
}

// Path is the file of a program by its name.
func (s Set) Path(program string) string { return s.programs[program] }

// Get builds what the cache lacks; folder is that of this package. A cold build
// takes twenty minutes on two cores, and say is told what is going on.
func Get(ctx context.Context, folder string, say func(format string, args ...any)) (Set, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return Set{}, err
	}
	set := Set{programs: map[string]string{}}
	if err := set.debian(ctx, say); err != nil {
		return Set{}, err
	}
	for _, p := range all {
		built, err := p.get(ctx, filepath.Join(folder, p.folder), filepath.Join(cache, "pipegen-e2e"), say)
		if err != nil {
			return Set{}, fmt.Errorf("build %s: %w", p.folder, err)
		}
		programs, err := filepath.Glob(filepath.Join(built, "bin", "*"))
		if err != nil {
			return Set{}, err
		}
		for _, file := range programs {
			set.programs[filepath.Base(file)] = file
		}
		if p.files != "" {
			dir, err := p.source(ctx, filepath.Join(folder, p.folder))
			if err != nil {
				return Set{}, err
			}
			set.Manifests, set.Catalogue = filepath.Join(dir, "manifests"), filepath.Join(dir, "notifications_catalog/install.yaml")
		}
	}
	return set, nil
}

// get returns the part's folder in the cache, filled.
func (p part) get(ctx context.Context, module, cache string, say func(string, ...any)) (string, error) {
	key, err := p.key(module)
	if err != nil {
		return "", err
	}
	target := filepath.Join(cache, p.folder+"-"+key)
	if _, err := os.Stat(target); err == nil {
		return target, nil
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return "", err
	}
	// Renamed when it is whole, so that a build that was stopped leaves nothing that looks finished.
	folder, err := os.MkdirTemp(cache, "building-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(folder)
	say("building %s from source; the first time this takes minutes", p.folder)
	start := time.Now()
	output := filepath.Join(folder, "bin") + "/"
	if err := os.Mkdir(output, 0o755); err != nil {
		return "", err
	}
	args := []string{"build", "-C", module, "-trimpath", "-ldflags", "-s -w" + p.flags, "-o", output + p.name}
	if out, err := exec.CommandContext(ctx, "go", append(args, p.packages...)...).CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	if err := os.Rename(folder, target); err != nil && !os.IsExist(err) {
		return "", err
	}
	say("built %s in %s", p.folder, time.Since(start).Round(time.Second))
	return target, nil
}

// key changes with whatever changes the programs.
func (p part) key(module string) (string, error) {
	sum := sha256.New()
	fmt.Fprintln(sum, runtime.Version(), runtime.GOOS, runtime.GOARCH, p)
	sources, err := filepath.Glob(filepath.Join(module, "*", "*.go"))
	if err != nil {
		return "", err
	}
	for _, name := range append(sources, filepath.Join(module, "go.mod"), filepath.Join(module, "go.sum")) {
		text, err := os.ReadFile(name)
		if err != nil {
			return "", err
		}
		sum.Write(text)
	}
	return hex.EncodeToString(sum.Sum(nil))[:16], nil
}

// source is the folder of the part's module.
func (p part) source(ctx context.Context, module string) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "mod", "download", "-C", module, "-json", p.files).Output()
	if err != nil {
		return "", err
	}
	var found struct{ Dir string }
	err = json.Unmarshal(out, &found)
	return found.Dir, err
}
