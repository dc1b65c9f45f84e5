package rules

var digests = []Rule{
	{
		ID:    "W34",
		Title: "one tag for each commit, and none that moves",
		Why:   "A tag that moves names another image tomorrow, and a rollback to it goes nowhere. A tag that a shorter hash makes may be there twice.",
		Evidence: []Source{
			{Says: "tags that are no valid reference", URL: "https://github.com/docker/metadata-action/issues/191"},
		},
		By:    Import | Output,
		Check: findsW34,
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
		ID:    "X02",
		Title: "images are replaced in overlays only",
		Why:   "kustomize replaces an image by its name. Where the base has changed the name already, the entry of the overlay finds nothing, and no error is given.",
		Evidence: []Source{
			{Says: "tried with kustomize 5.8.1"},
		},
		By:    Proof | Import,
		Check: either(provesX02, findsX02),
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
		Check: either(provesX03, findsX03),
	},
	{
		ID:    "X04",
		Title: "the build's digest travels as a job output to every user",
		Why:   "A job that puts the tag together again by itself is wrong as soon as the other place changes: it deploys an image that is not there, or another one.",
		By:    Proof | Import,
		Found: "the build's digest travels as a job output",
		Check: either(provesX04, findsX04),
	},
	{
		ID:    "X05",
		Title: "after CI's edit the overlay renders the exact reference, and CI looks",
		Why:   "Many mistakes end in the same way: the edit changes nothing that is rendered. A look at the rendered overlay for the exact reference finds them all.",
		By:    Proof | Import | Output,
		Found: "CI looks whether its edit had an effect",
		Check: either(provesX05, findsX05),
	},
	{
		ID:    "X06",
		Title: "the image has one name, in lower case, in every file",
		Why:   "The parts of an image's name must be lower case. Some actions change it on the way and a script does not, so the push works and the pod gets InvalidImageName.",
		By:    Proof | Import,
		Found: "the image's name is in lower case",
		Check: either(provesX06, findsX06),
	},
	{
		ID:    "X25",
		Title: "image and overlay name the commit that was built",
		Why:   "Whoever looks at a running image must find its source. A commit that is written by hand, or by another job, may be another one.",
		By:    Proof | Output,
		Check: provesX25,
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
		Check: findsK05,
	},
	{
		ID:    "K06",
		Title: "what runs is named by digest",
		Why:   "A tag is looked up when a pod starts: two pods of one Deployment may run different images. A digest names one. The tag beside it is for people.",
		By:    Import | Output,
		Check: findsK06,
	},
}
