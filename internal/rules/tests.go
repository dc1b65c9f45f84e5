package rules

var tests = []Rule{
	{
		ID:    "W30",
		Title: "dependencies come from a lock file",
		Why:   "Without a lock file, the tests and the image may get other releases of the same dependencies, and the run of tomorrow others again.",
		By:    Import | Output,
		Check: findsW30,
	},
	{
		ID:    "W31",
		Title: "the coverage gate rounds nothing up",
		Why:   "At its default precision pytest-cov compares a rounded figure: 79.5 % passes a gate of 80.",
		Evidence: []Source{
			{Says: "how the figure is compared", URL: "https://github.com/pytest-dev/pytest-cov/pull/751"},
			{Says: "a gate that let too little pass", URL: "https://github.com/dshakes/distil/issues/32"},
		},
		By:    Promise | Import | Output,
		Check: findsW31,
	},
	{
		ID:    "W32",
		Title: "a job that publishes takes no cache of a language's packages",
		Why:   "A cache can be filled by a run with fewer rights. What it holds would go into the image that is published.",
		By:    Output,
	},
	{
		ID:    "W33",
		Title: "each image and platform has a build cache of its own",
		Why:   "Builds that share the name of a cache overwrite one another's layers, and each begins anew. The cache of a tag cannot be read by other runs.",
		Evidence: []Source{
			{Says: "caches of untrusted runs are read-only", URL: "https://github.blog/changelog/2026-06-26-read-only-actions-cache-for-untrusted-triggers"},
		},
		By: Output,
	},
	{
		ID:    "W37",
		Title: "the image is started and asked before it is published",
		Why:   "A program that does not start in its own image is found in a minute there, and after a deploy only by its users.",
		By:    Output,
	},
	{
		ID:    "X21",
		Title: "the image is tried as the pod runs it",
		Why:   "A program that runs as another user in the pod than where it was tried cannot write its files, or cannot start.",
		By:    Proof | Refusal | Import,
		Found: "the image's user is the pod's",
		Check: either(provesX21, findsX21),
	},
	{
		ID:    "X22",
		Title: "tests run on what ships",
		Why:   "Tests on another release of the language, or of another commit, say little about the image.",
		By:    Proof | Import,
		Found: "tests run on the release that ships",
		Check: either(provesX22, findsX22),
	},
	{
		ID:    "T02",
		Title: "nothing is published or deployed before the tests, or out of order",
		Why:   "A gate that nothing waits for is a report. The tests fail below the promised coverage, and each job that publishes or deploys needs them.",
		By:    Proof | Refusal | Promise | Output,
		Check: provesT02,
	},
}
