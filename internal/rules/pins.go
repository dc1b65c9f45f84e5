package rules

var pins = []Rule{
	{
		ID:    "W01",
		Title: "actions are pinned by commit",
		Why:   "A tag can be moved to other code, and every run after that runs it with the rights of the job. A full commit cannot be moved; the release behind it stays beside it as a comment, where bots and people read it.",
		Evidence: []Source{
			{Says: "on 19 March 2026, 76 of the 77 tags of one popular action were moved", URL: "https://nvd.nist.gov/vuln/detail/CVE-2026-33634"},
		},
		By:    Refusal | Import | Output,
		Check: findsW01,
	},
	{
		ID:    "W02",
		Title: "a pinned commit is the one that the release names",
		Why:   "The comment beside a commit proves nothing: it may name another release, or the commit may be of another repository. So both are held against the table, the lock, and, where asked for, the tag itself.",
		By:    Refusal,
	},
	{
		ID:    "W03",
		Title: "steps give an action only inputs that it has",
		Why:   "A misspelt input of an action that is pinned by commit is passed by actionlint and dropped by GitHub, and the step then does something else. So inputs are held against the table of the pinned release while the output is made.",
		Evidence: []Source{
			{Says: "tried with actionlint 1.7.12: it knows actions by their tags only"},
		},
		By: Output,
	},
	{
		ID:    "W04",
		Title: "no retired action, input or command",
		Why:   "What is retired goes away or does nothing: a wrapper is no longer mended, an input is ignored, a command is refused.",
		By:    Import | Output,
		Check: findsW04,
	},
	{
		ID:    "W05",
		Title: "no release with a known hole",
		Why:   "Some releases let a run be taken over, or no longer pass their own check of what they download. No wish of a spec or a bot brings them back.",
		By:    Refusal | Import | Output,
		Check: findsW05,
	},
	{
		ID:    "W06",
		Title: "what an action downloads is pinned too",
		Why:   "The commit of an action says nothing about the programs and images that it fetches when it runs. So each has its release, and a digest where one can be given.",
		By:    Refusal | Output,
	},
	{
		ID:    "W08",
		Title: "actions of one repository share one commit, and a bot proposes newer ones",
		Why:   "Sub-actions of one repository are made to work together. Pins that nobody renews grow old with their holes, so a configuration of the bot is written, with a few days between a release and its proposal.",
		By:    Output,
	},
	{
		ID:    "W46",
		Title: "workflows agree with GitHub's lock of actions where the repository has one",
		Why:   "A workflow that the lock lists, and that uses an action which is not in it or is there at another commit, ends in startup_failure: none of its jobs runs. The lock is somebody's own file; pipegen reads it and says which entry is missing.",
		By:    Refusal,
	},
	{
		ID:    "X26",
		Title: "other images are pinned, and hooks reach the application",
		Why:   "Another image beside the program's can change under a tag as well. A hook that cannot reach the application fails each sync, or proves nothing.",
		By:    Proof | Import,
		Found: "other images are pinned by digest",
		Check: either(provesX26, findsX26),
	},
	{
		ID:    "X30",
		Title: "CI renders with one kustomize release",
		Why:   "Another release of kustomize may write other bytes of the same files, and what CI has looked at is then not what Argo CD applies.",
		By:    Proof | Refusal,
		Check: provesX30,
	},
	{
		ID:    "K08",
		Title: "an overlay is rendered by the kustomize that Argo CD brings along, without warnings and plugins",
		Why:   "Argo CD renders with the release that is built into it. A plugin, a Helm chart or a remote base without a revision makes the result depend on the machine or the day.",
		By:    Output,
	},
}
