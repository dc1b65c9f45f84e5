package generate

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// nativePlatform is the kind of the runner that emulates the others.
const nativePlatform = "linux/amd64"

func imagesOf(s input) []plan.Image {
	out := make([]plan.Image, len(s.Images))
	for n, i := range s.Images {
		v := i.Value
		feeds, variables := feedsFor(s, ofBuild(v))
		out[n] = plan.Image{
			Name: i.ID, NamePath: namePath(v.At), Path: v.At,
			Reference: v.Registry + "/" + v.Name, Registry: v.Registry, Login: loginOf(s, v.Registry), Tag: v.Tag, MovingTags: v.MovingTags, VersionFile: v.VersionFile,
			Context: v.Context, Dockerfile: v.Dockerfile, Target: v.Target, BuildArgs: v.BuildArgs, Secrets: slices.Concat(buildSecrets(v), feeds), FeedVariables: variables, SSH: sshOf(v),
			Legs: legsOf(s, v), Attested: v.Attest, Private: v.Private, PullSecret: v.PullSecret,
			TriedAs: triedAs(s, i), Tests: testsBefore(s, i.ID), Untested: s.untested(i.ID), Paths: pathsOf(s, v), Jobs: imageJobsOf(s, i),
		}
	}
	return out
}

// namePath is where the name of an image or a workload comes from: a short form has the pipeline's name.
func namePath(at string) string {
	if strings.Contains(at, ".") {
		return at
	}
	return "name"
}

// triedAs is the workload as which an image is run before it is pushed: the first that answers over HTTP.
func triedAs(s input, i schema.Named[schema.Image]) string {
	if !i.Value.SmokeTest {
		return ""
	}
	for _, w := range s.Workloads {
		if imageOf(s, w.Value) == i.ID && w.Value.Own == nil && probesOf(w.Value).Kind == plan.HTTPProbe {
			return w.ID
		}
	}
	return ""
}

// imageOf is the name of the image that a workload runs, "" for an external one.
func imageOf(s input, w schema.Workload) string {
	if w.Image == "" && w.External == "" && len(s.Images) == 1 {
		return s.Images[0].ID
	}
	return w.Image
}

// testsBefore are the jobs whose tests an image waits for.
func testsBefore(s input, image string) []string {
	var out []string
	for _, t := range s.Tests {
		if t.Value.Image == "" || t.Value.Image == image {
			out = append(out, testJob(t.ID))
		}
	}
	return out
}

// untested says why no tests come before an image, "" where some do.
func (s input) untested(image string) string {
	if len(testsBefore(s, image)) > 0 {
		return ""
	}
	for _, t := range s.all {
		if t.Value.None != "" && (t.Value.Image == "" || t.Value.Image == image) {
			return t.Value.None
		}
	}
	return ""
}

// pathsOf are the files and folders that change an image, as patterns of git; none where every run builds it. One that
// can see all of the source is changed by all of it, or by source.paths. The one image of a pipeline is changed by all
// that the pipeline is made of, where that is not all of the repository.
func pathsOf(s input, i schema.Image) []string {
	folders, files, named := []string{i.Context}, []string{i.Dockerfile}, []string(nil)
	switch alone := len(s.Images) == 1; {
	case len(i.Paths) > 0 || alone && s.folder == "." && !s.filtered():
		return i.Paths
	case alone:
		folders, files = madeOf(s)
		named = s.Source.Paths
	case i.Context == ".":
		folders, named = s.below(folders), s.Source.Paths
	}
	if slices.Contains(folders, ".") {
		return nil
	}
	for n, file := range files {
		// Beside a Dockerfile may be a .dockerignore of its own.
		files[n] = file + "*"
	}
	all := slices.Compact(slices.Sorted(slices.Values(slices.Concat(folders, files, named))))
	return slices.DeleteFunc(slices.Clone(all), func(p string) bool {
		return slices.ContainsFunc(all, func(f string) bool { return p != f && inside(p, f) })
	})
}

// imageJobsOf are the ids of the jobs that make an image. With several images, each ends in the image's name.
func imageJobsOf(s input, i schema.Named[schema.Image]) plan.ImageJobs {
	of := ""
	if len(s.Images) > 1 {
		of = "-" + i.ID
	}
	jobs := plan.ImageJobs{Build: buildJob + of, Publish: publishJob + of, Name: imageJob + of}
	if attestsApart(s, i) {
		jobs.Attest = attestJob + of
	}
	if len(i.Value.MovingTags) > 0 {
		jobs.Move = tagsJob + of
	}
	return jobs
}

func legsOf(s input, i schema.Image) []plan.Leg {
	var out []plan.Leg
	for n, platform := range i.Platforms {
		_, arch, _ := strings.Cut(platform, "/")
		leg := plan.Leg{Path: schema.Item(i.At+".platforms", n), Platform: platform, Arch: arch, RunsOn: s.builder(platform)}
		if i.Builder == "emulated" {
			leg.RunsOn, leg.Emulated = s.builder(nativePlatform), platform != nativePlatform
		}
		out = append(out, leg)
	}
	return out
}

// emulates says whether any platform of any image is built on a runner of another kind.
func emulates(s input) bool {
	return slices.ContainsFunc(s.Images, func(i schema.Named[schema.Image]) bool { return plan.Image{Legs: legsOf(s, i.Value)}.Emulated() })
}

// attestsApart reports whether an image is attested without a promise: then no deploy
// waits for Sigstore.
func attestsApart(s input, i schema.Named[schema.Image]) bool {
	return i.Value.Attest && s.demands.By(plan.Attested, i.ID, "") == nil
}

// signsFirst reports whether the job that names an image asks Sigstore for something,
// for which the deploys wait.
func signsFirst(s input, i schema.Named[schema.Image]) bool {
	return s.demands.By(plan.Signed, i.ID, "") != nil || i.Value.Attest && !attestsApart(s, i)
}
