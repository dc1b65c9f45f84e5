package generate

import (
	"strings"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// nativePlatform is the kind of the runner that emulates the others.
const nativePlatform = "linux/amd64"

// runners gives each platform the hosted runner of its own kind (W11, W14).
var runners = map[string]string{
	"linux/amd64": "ubuntu-24.04",
	"linux/arm64": "ubuntu-24.04-arm",
}

// imagesOf makes a list of the one image that a spec can name.
func imagesOf(s input) []plan.Image {
	i := plan.Image{
		Name: s.Name, NamePath: "name", Path: "image",
		Reference: s.Image.Registry + "/" + s.Image.Name, Registry: s.Image.Registry, Tag: s.Image.Tag,
		Context: s.Image.Context, Dockerfile: s.Image.Dockerfile, Target: s.Image.Target, BuildArgs: s.Image.BuildArgs,
		Legs: legsOf(s), Scanned: s.demands.Scanned, Signed: s.demands.Signed, Attested: s.Image.Attest, Private: s.Image.Private, PullSecret: s.Image.PullSecret,
		Jobs: plan.ImageJobs{Build: buildJob, Publish: publishJob, Name: imageJob},
	}
	if s.Image.SmokeTest {
		i.TriedAs = s.Name
	}
	if attestsApart(s) {
		i.Jobs.Attest = attestJob
	}
	return []plan.Image{i}
}

func legsOf(s input) []plan.Leg {
	var out []plan.Leg
	for i, platform := range s.Image.Platforms {
		_, arch, _ := strings.Cut(platform, "/")
		leg := plan.Leg{Path: schema.Item("image.platforms", i), Platform: platform, Arch: arch, Runner: runners[platform]}
		if s.Image.Builder == "emulated" {
			leg.Runner, leg.Emulated = runners[nativePlatform], platform != nativePlatform
		}
		out = append(out, leg)
	}
	return out
}

// emulates says whether any platform is built on a runner of another kind.
func emulates(s input) bool { return plan.Image{Legs: legsOf(s)}.Emulated() }

// attestsApart reports whether the image is attested without a promise: then no deploy
// waits for Sigstore.
func attestsApart(s input) bool {
	return s.Image.Attest && s.demands.Attested == nil
}

// signsFirst reports whether the job that names the image asks Sigstore for something,
// for which the deploys wait.
func signsFirst(s input) bool {
	return s.demands.Signed != nil || s.Image.Attest && !attestsApart(s)
}
