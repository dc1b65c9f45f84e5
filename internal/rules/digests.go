package rules

import (
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

var digests = []Rule{
	{
		ID:    "W34",
		Title: "one tag for each commit, and none that moves",
		Why:   "A tag that moves names another image tomorrow, and a rollback to it goes nowhere. A tag that a shorter hash makes may be there twice.",
		Evidence: []Source{
			{Says: "tags that are no valid reference", URL: "https://github.com/docker/metadata-action/issues/191"},
		},
		By:    Import | Output,
		Check: oneTagForEachCommit,
	},
	{
		ID:    "W35",
		Title: "the digest is read back from the registry and looked at before it is handed on",
		Why:   "An empty or cut digest makes a reference without one, and that follows a tag.",
		By:    Output,
	},
	{
		ID:    "W36",
		Title: "an image says where it comes from and what is in it",
		Why:   "Provenance, the list of contents, a signature and a scan let somebody else decide whether to run the image. They are written for the digest, since a tag may move.",
		By:    Promise | Output,
	},
	{
		ID:    "W51",
		Title: "a moving tag names what is published, and moves by digest and never back",
		Why:   "People pull latest and 1.4. Before an image is signed and attested such a tag would name what was never checked; where an older run ends last it would go back; and a deploy that looked at it would run what nobody has named. So a job of its own moves it, one at a time, after all that is published of the image, and asks the registry first whether a newer image is there.",
		Evidence: []Source{
			{Says: "two releases seconds apart, and latest names the older one", URL: "https://github.com/tigerblue77/Dell_iDRAC_fan_controller_Docker/issues/156"},
			{Says: "an older build that ends last overwrites the newer image", URL: "https://github.com/inventree/InvenTree/issues/4155"},
		},
		By:    Proof | Refusal | Output,
		Check: movesTagsForward,
	},
	{
		ID:    "X02",
		Title: "images are replaced in overlays only",
		Why:   "kustomize replaces an image by its name. Where the base has changed the name already, the entry of the overlay finds nothing, and no error is given.",
		Evidence: []Source{
			{Says: "tried with kustomize 5.8.1"},
		},
		By:    Proof | Import,
		Check: imagesInOverlays,
	},
	{
		ID:    "X03",
		Title: "CI's edit names the image of the base, and its one entry",
		Why:   "An edit of a misspelt name adds an entry that replaces nothing, with exit code 0. The old image stays and the run is green.",
		Evidence: []Source{
			{Says: "tried with kustomize 5.8.1"},
		},
		By:    Proof | Import,
		Found: "every edit and every entry replaces an image that is there",
		Check: replacesImages,
	},
	{
		ID:    "X04",
		Title: "the build's digest travels as a job output to every user",
		Why:   "A job that puts the tag together again by itself is wrong as soon as the other place changes: it deploys an image that is not there, or another one.",
		By:    Proof | Import,
		Found: "the build's digest travels as a job output",
		Check: digestTravels,
	},
	{
		ID:    "X05",
		Title: "after CI's edit the overlay renders the exact reference, and CI looks",
		Why:   "Many mistakes end in the same way: the edit changes nothing that is rendered. A look at the rendered overlay for the exact reference finds them all.",
		By:    Proof | Import | Output,
		Found: "CI looks whether its edit had an effect",
		Check: looksAfterEdit,
	},
	{
		ID:    "X06",
		Title: "the image has one name, in lower case, in every file",
		Why:   "The parts of an image's name must be lower case. Some actions change it on the way and a script does not, so the push works and the pod gets InvalidImageName.",
		By:    Proof | Import,
		Found: "the image's name is in lower case",
		Check: oneLowerCaseName,
	},
	{
		ID:    "X25",
		Title: "image and overlay name the commit that was built",
		Why:   "Whoever looks at a running image must find its source. A commit that is written by hand, or by another job, may be another one.",
		By:    Proof | Output,
		Check: commitNamed,
	},
	{
		ID:    "W55",
		Title: "a copy for an environment is the image that was built, and is there before the deploy",
		Why:   "Where pods pull from another registry than the one to which an image is pushed, a deploy that comes before the copy leaves them in ImagePullBackOff, and a copy by tag may be of another image. So a job before the deploy copies by digest, with the signature and the attestation that refer to it, and asks the registry afterwards whether that digest is there.",
		Evidence: []Source{
			{Says: "what refers to an image is copied only where that is asked for", URL: "https://oras.land/docs/commands/oras_cp"},
			{Says: "a copy that wraps the image, and so has another digest", URL: "https://github.com/docker/buildx/issues/2481"},
		},
		By:    Proof | Output | Trial,
		Check: copiesFirst,
	},
	{
		ID:    "X34",
		Title: "an image is taken again only for the same files, and only when it is complete and its workflow has built it",
		Why:   "A run that does not build an image takes the one of the same files. Where some of its files are not looked at, or it is found before it was signed, what is deployed is not what the commit says, or was never checked. And whoever may push packages may give any image any tag: so the image itself names its files, and the attestation of this workflow covers that.",
		Evidence: []Source{
			{Says: "how an attestation is verified", URL: "https://cli.github.com/manual/gh_attestation_verify"},
		},
		By:    Proof | Trial | Output,
		Check: takenAgain,
	},
	{
		ID:    "K04",
		Title: "files are written as kustomize itself writes them",
		Why:   "kustomize sorts and indents when it edits, and moves comments. If a file looks so from the start, the first commit of CI shows the new image and nothing else.",
		Evidence: []Source{
			{Says: "tried with kustomize 5.8.1"},
		},
		By: Output,
	},
	{
		ID:    "K05",
		Title: "the image is edited by kustomize",
		Why:   "A script that replaces text may hit another line, or none. kustomize knows the entry; with tag and digest given it keeps both.",
		By:    Import | Output,
		Check: editedByKustomize,
	},
	{
		ID:    "K06",
		Title: "what runs is named by digest",
		Why:   "A tag is looked up when a pod starts: two pods of one Deployment may run different images. A digest names one. The tag beside it is for people.",
		By:    Import | Output,
		Check: namedByDigest,
	},
}

// looksAfterEdit requires that CI renders the overlay before it commits; with a spec, that it
// looks for the exact reference there, and that it would find it.
func looksAfterEdit(c *Case) {
	for _, w := range c.writers {
		if len(w.Edits) == 0 || w.Reverts {
			continue
		}
		for i, e := range w.Edits {
			if last := i == len(w.Edits)-1; (last || c.Facts != nil) && !c.looks(w, e) {
				c.broken(w.Edits[0].At(), e.At(), `after the edit, pipe "kustomize build OVERLAY" into grep --fixed-strings with the whole reference`, "%s does not look whether the overlay renders what it wrote: a wrong name or folder passes unnoticed", w.Job.Label())
				break
			}
			if c.Facts != nil && w.overlay != nil && e.Kustomize {
				c.renders(w, e)
			}
		}
		if c.Facts != nil && w.overlay != nil {
			c.bringsAll(w)
		}
	}
}

// looks reports whether a writer renders its overlay; with a spec, and searches the output for
// the reference, as text and not as a pattern.
func (c *Case) looks(w *writer, e pipeline.Edit) bool {
	for _, cmd := range w.Commands {
		if c.Facts == nil && (cmd.Is("kustomize", "build") || cmd.Is("kubectl", "kustomize")) {
			return true
		}
		if !cmd.Is("kustomize", "build") || cmd.Into == nil || w.overlay == nil {
			continue
		}
		args := append(cmd.Args(2), ".")
		if dir := w.InRepository(path.Join(cmd.Dir, args[0])); dir != w.overlay.Dir {
			c.broken(w.variable(dir, cmd), w.overlay.At(), "render the overlay that the edit belongs to", "%s renders %s, but its edit belongs to %s", w.Job.Label(), quoted(dir), w.overlay.Dir)
			return true
		}
		search := cmd.Into
		if search.Is("grep") && search.Has("-F", "--fixed-strings", "-qF", "-Fq") && strings.HasSuffix(last(search.Words), e.Reference()) {
			return true
		}
	}
	return false
}

// bringsAll requires that a deploy writes each image that runs in its overlay.
func (c *Case) bringsAll(w *writer) {
	brought := map[string]bool{}
	for _, e := range w.edits {
		brought[e.Name] = true
	}
	for _, p := range c.Programs(w.overlay.Target) {
		if !p.Built() || brought[p.Fact.Image] {
			continue
		}
		brought[p.Fact.Image] = true
		c.broken(w.edits[0].At(), p.Container.Get("image").At(), "edit the image "+p.Fact.Image+" as well", "%s does not bring %s the image %s, which it runs in %s", w.Job.Label(), p.Name, p.Fact.Image, w.overlay.Dir)
	}
}

// renders holds the overlay as it is rendered after CI's edit against the reference.
func (c *Case) renders(w *writer, e pipeline.Edit) {
	image := c.Facts.Image(e.Name)
	if image == nil {
		return // replacesImages has said so
	}
	named := c.namedBy(w.Run, w.Job.Workflow, image)
	pulled := image.In(w.overlay.env)
	want := pulled + ":" + named.Tag + "@" + named.Digest
	programs := c.Programs(w.overlay.Target)
	if c.Facts.own(w.overlay.env) != nil && !c.Facts.Unseen && !slices.ContainsFunc(programs, func(p Program) bool { return p.Fact.Image == image.Name }) {
		at, help := w.overlay.manifestsAt(), "let a container of your manifests have image: "+image.Reference+", or "+image.Name
		if w.overlay.env.Chart != nil {
			help = "let a container of the chart take its image from the values that own.helm names"
		}
		c.broken(at, w.At(), help,
			"no container in what %s renders runs the image %s: a deploy would change nothing", w.overlay.Dir, image.Reference)
	}
	for _, o := range c.overlays {
		there := programs
		if o != w.overlay {
			if c.under(o) != w.overlay {
				continue
			}
			there = c.Programs(o.Target)
		}
		for _, p := range there {
			if got := p.Container.Get("image"); p.Fact.Image == image.Name && got.Text() != want && e.Reference() == want {
				c.broken(w.variable(e.Folder, e.Command), got.At(), "let the edit's name, the entry in the live folder and the base agree", "after the edit of %s, %s of %s still runs %s", w.Job.Label(), p.Name, o.Dir, quoted(got.Text()))
			}
		}
	}
}

// last is the last word that is no redirection: those come after the pattern.
func last(words []string) string {
	for i := len(words) - 1; i >= 0; i-- {
		if w := words[i]; !strings.HasPrefix(w, ">") && !strings.HasPrefix(w, "2>") {
			return w
		}
	}
	return ""
}
