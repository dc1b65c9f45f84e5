package plan

import (
	"slices"
	"strings"
)

// Image is what is built and pushed.
type Image struct {
	// Name is how manifests call it before an overlay replaces the name, and NamePath its place in the spec.
	Name, NamePath string
	Path           string
	// Reference is the image without tag and digest, such as ghcr.io/org/repo/app, and Registry the host in it.
	Reference, Registry string
	// Login is how the jobs that store something there log in.
	Login Login
	// Tag is the scheme of its tags, such as main-{sha}.
	Tag string
	// MovingTags are the schemes of its moving tags, such as {major}.{minor}; a pre-release moves none without {version}.
	MovingTags []string
	// VersionFile has the version where no git tag has it, "" for none.
	VersionFile                 string
	Context, Dockerfile, Target string
	BuildArgs                   map[string]string
	// Secrets are what the Dockerfile may mount, and SSH is the key that an agent keeps for it, nil for none.
	Secrets []Given
	SSH     *Given
	// FeedVariables are those that mounts of feeds have without being secret.
	FeedVariables []Variable
	Legs          []Leg
	// TriedAs is the workload as which it is run before it is pushed, "" where it is not.
	TriedAs string
	// Attested says that it gets an attestation.
	Attested bool
	Private  bool
	// PullSecret is the Secret with which pods pull it, "" for none.
	PullSecret string
	// Tests are the ids of the jobs that test what it is built of.
	Tests []string
	// Untested says why there are none, "" where there are.
	Untested string
	// Paths are the files and folders that change it, from the root of the repository, as patterns of git; empty where
	// each run builds it.
	Paths []string
	// Jobs are those that make it.
	Jobs ImageJobs
}

// ImageJobs are the ids of the jobs that make an image. Attest is "" where the job Name attests it, or nothing does, and
// Move where it has no moving tags.
type ImageJobs struct{ Build, Publish, Name, Attest, Move string }

// Leg is one platform with the runner that builds it.
type Leg struct {
	Path     string
	Platform string // as in the spec, such as linux/arm64
	Arch     string
	RunsOn   RunsOn
	// Emulated says that the runner is of another kind than the platform.
	Emulated bool
}

// Image returns the image with a name. The result has no name if there is none.
func (p Plan) Image(name string) Image {
	for _, i := range p.Images {
		if i.Name == name {
			return i
		}
	}
	return Image{}
}

// ImagesIn are the images that run in an environment.
func (p Plan) ImagesIn(e Environment) []Image {
	workloads := p.In(e)
	return slices.DeleteFunc(slices.Clone(p.Images), func(i Image) bool {
		return !slices.ContainsFunc(workloads, func(w Workload) bool { return w.Runs(i.Name) })
	})
}

// Builds reports whether an image, by its whole name, is one of the plan's.
func (p Plan) Builds(name string) bool {
	return slices.ContainsFunc(p.Pulled(), func(i Image) bool {
		rest, ok := strings.CutPrefix(name, i.Reference)
		return ok && (rest == "" || rest[0] == ':' || rest[0] == '@')
	})
}

// Emulated says whether any of the platforms is built on a runner of another kind.
func (i Image) Emulated() bool {
	return slices.ContainsFunc(i.Legs, func(l Leg) bool { return l.Emulated })
}

// Tried says whether anything is done with an image before it is pushed.
func (p Plan) Tried(i Image) bool { return i.TriedAs != "" || p.Demands.By(Scanned, i.Name, "") != nil }

// TakenAgain says that a run may take the image of an earlier one. What nobody has attested anybody could have pushed.
func (i Image) TakenAgain() bool { return i.Attested && len(i.Paths) > 0 }

// AttestedFirst says that deploys wait for the attestation.
func (i Image) AttestedFirst() bool { return i.Attested && i.Jobs.Attest == "" }
