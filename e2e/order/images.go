package order

import (
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Of several images, a run builds those whose files no complete image was built of before, and takes the others from the
// registry. So its jobs are tried from the first on: it looks into the registry (the job changes), its images are built
// and named at one moment, and each is attested at another, which lets later runs find it.

// Build is an image that a run has built.
type Build struct {
	Image, Commit string
	// Run is the number of the run, and Attempt how often it was started again.
	Run, Attempt int
}

// shares says whether a job asks the registry or changes it.
func (j *Job) shares() bool {
	return slices.ContainsFunc(j.Steps, func(s Step) bool { return strings.Contains(s.Run, "imagetools") })
}

// makes says whether a job tests the source, or builds an image of it.
func (j *Job) makes() bool {
	return !j.shares() && slices.ContainsFunc(j.Steps, func(s Step) bool {
		return strings.HasPrefix(s.Uses, "actions/checkout@") && s.With["path"] == "" && s.With["repository"] == ""
	})
}

// lasts says whether the moment at which a job ends matters. An image gets its name when it is built.
func (j *Job) lasts() bool {
	names := slices.ContainsFunc(j.Steps, func(s Step) bool { return strings.HasPrefix(s.Uses, "actions/download-artifact@") })
	return j.live() != "" || j.finds() || j.copies() || j.shares() && !names
}

// compared says whether a run knows which images it has to build.
func (m *Model) compared(r Run) bool {
	for j, job := range m.tried[r.File] {
		if len(job.Needs) == 0 && !r.Jobs[j].Status.ended() {
			return false
		}
	}
	return true
}

// changes are the files of a commit, as git fast-import has them: a folder for each image.
func (c Commit) changes() string {
	var b strings.Builder
	for image, text := range c.Files {
		b.WriteString(written(image+"/main.go", text))
	}
	return b.String()
}

// files are what an image of a commit is built of.
func (w *World) files(commit, image string) string {
	for _, c := range w.commits {
		if c.Name == commit {
			return c.Files[image]
		}
	}
	return ""
}

func (p *place) registry() string { return filepath.Join(p.folder, "registry") }

// fillRegistry has a job find what is in the registry.
func (p *place) fillRegistry(files map[string]string) error {
	for path, text := range files {
		if err := write(filepath.Join(p.registry(), path), text); err != nil {
			return err
		}
	}
	return nil
}

// readRegistry reads what is in the registry after a job, and learns what it has built.
func (p *place) readRegistry() (map[string]string, error) {
	out := map[string]string{}
	paths, err := filepath.Glob(filepath.Join(p.registry(), "*/*"))
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		name, _ := filepath.Rel(p.registry(), path)
		out[name] = string(text)
		digest, ok := strings.CutPrefix(name, "manifests/")
		if !ok {
			continue
		}
		var index struct{ Manifests []struct{ Digest string } }
		if err := json.Unmarshal(text, &index); err != nil {
			return nil, err
		}
		if build, ok := p.built.Load(index.Manifests[0].Digest); ok {
			p.built.Store(digest, build)
		}
	}
	return out, err
}

// download hands the digest of an image to the job that names it.
func (p *place) download(call Call, c contexts, inputs map[string]string) error {
	with, err := filled(c, inputs)
	if err != nil {
		return err
	}
	build := call.Build
	build.Image = strings.TrimSuffix(strings.TrimPrefix(with["pattern"], "digest-"), ".*")
	digest := fmt.Sprintf("sha256:%x", sha256.Sum256(fmt.Append(nil, build)))
	p.built.Store(digest, build)
	return write(filepath.Join(with["path"], "amd64"), digest+"\n")
}

// attest notes that an image is attested.
func (p *place) attest(c contexts, inputs map[string]string) error {
	with, err := filled(c, inputs)
	if err != nil {
		return err
	}
	return write(filepath.Join(p.registry(), "attested", with["subject-digest"]), with["subject-name"]+"\n")
}

// part is what runs of one image: the build, and the commit that the tag names.
type part struct{ image, build, commit, tag string }

var entries = regexp.MustCompile(`- digest: (\S+)\n\s+name: (\S+)\n\s+newName: \S+\n\s+newTag: main-(\S+)`)

// running is what a live folder runs of each image, a word for each.
func (w *World) running(files string) string {
	var out []string
	for _, m := range entries.FindAllStringSubmatch(files, -1) {
		build, _ := w.built.Load(m[1])
		b, _ := build.(Build)
		out = append(out, fmt.Sprintf("%s:%s/%d.%d:%s", m[2], b.Commit, b.Run, b.Attempt, cmp.Or(w.names[m[3]], m[3])))
	}
	slices.Sort(out)
	return cmp.Or(strings.Join(out, " "), "none")
}

// parts are what runs of each image.
func (l Live) parts() (out []part) {
	for _, word := range strings.Fields(l.Image) {
		if fields := strings.Split(word, ":"); len(fields) == 3 {
			commit, _, _ := strings.Cut(fields[1], "/")
			out = append(out, part{fields[0], fields[1], commit, fields[2]})
		}
	}
	return out
}

// filesAreThoseOfTheCommit (X34): what runs of each image was built of the files that it has in source-commit. So a run
// that built one image is never lost to a run that did not build it.
func filesAreThoseOfTheCommit(m *Model, s *State) string {
	for _, environment := range m.environments {
		for _, c := range s.Past[environment] {
			parts := c.parts()
			if c.bad() || c.Source == "none" || len(m.images) == 0 {
				continue
			}
			if len(parts) != len(m.images) {
				return fmt.Sprintf("%s runs %s of the images of %s", environment, c.Image, c.Source)
			}
			for _, p := range parts {
				if m.files(p.commit, p.image) != m.files(c.Source, p.image) {
					return fmt.Sprintf("%s runs the image %s of %s, source-commit says %s, and its files differ", environment, p.image, p.commit, c.Source)
				}
			}
		}
	}
	return ""
}

// othersStayAsTheyRun (X34): a deploy leaves an image alone whose files are as they were, unless it was built twice, and
// gives no image another name.
func othersStayAsTheyRun(m *Model, s *State) string {
	for _, environment := range m.environments {
		var before Live
		for _, c := range s.Past[environment] {
			was := before.parts()
			before = c.Live
			for i, p := range c.parts() {
				switch {
				case !m.deploys(s, c) || i >= len(was) || p == was[i]:
				case p.build == was[i].build:
					return fmt.Sprintf("run %d calls the image %s of %s in %s by another tag, and its pods are replaced", c.Run+1, p.image, p.commit, environment)
				case m.files(p.commit, p.image) == m.files(was[i].commit, p.image) && m.builds(s, p) == 1:
					return fmt.Sprintf("run %d replaces the image %s in %s, and its files are as they were", c.Run+1, p.image, environment)
				}
			}
		}
	}
	return ""
}

// builds is how often an image was built of the same files.
func (m *Model) builds(s *State, p part) (n int) {
	for name := range s.Registry {
		built, _ := m.built.Load(strings.TrimPrefix(name, "manifests/"))
		if b, ok := built.(Build); ok && b.Image == p.image && m.files(b.Commit, p.image) == m.files(p.commit, p.image) {
			n++
		}
	}
	return n
}

// allComeBack (O09): where a deploy is taken back, by the workflow or by a revert of its commit, all images are as they
// were when that commit ran.
func allComeBack(m *Model, s *State) string {
	for _, environment := range m.environments {
		past := s.Past[environment]
		for i, c := range past {
			back := c.Run < 0 || s.Runs[c.Run].File == rollbackFile
			ran := func(o Change) bool { return o.Image == c.Image }
			if back && len(m.images) > 0 && !c.bad() && c.Source != "none" && !slices.ContainsFunc(past[:i], ran) {
				return fmt.Sprintf("%s runs %s, and no deploy has brought that state", environment, c.Live)
			}
		}
	}
	return ""
}
