package rules

import (
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

var signing = []Rule{
	{
		ID:    "W54",
		Title: "what is deployed is a commit that GitHub has signed, where the spec says so",
		Why:   "A commit is as trustworthy as what proves its author. One that is made by git in a job has no signature; one that GitHub makes through its API has that of GitHub, for the App that asked. Only what GitHub itself calls verified goes to the branch that Argo CD follows, and a commit that was made on an older state is made anew.",
		Evidence: []Source{
			{Says: "who signs what is committed through the API", URL: "https://docs.github.com/en/authentication/managing-commit-signature-verification/about-commit-signature-verification"},
			{Says: "the mutation by which GitHub makes a commit", URL: "https://docs.github.com/en/graphql/reference/commits"},
		},
		By:    Proof | Promise | Refusal,
		Check: commitsAreSigned,
	},
}

// signingBranches begin the branches on which GitHub makes and signs commits.
const signingBranches = "refs/heads/signed/"

// isForSigning reports whether git does something with a branch that is there for a signature alone.
func (c *Case) isForSigning(cmd pipeline.Command) bool {
	ref := last(cmd.Words)
	if i := strings.LastIndex(ref, ":"); i >= 0 {
		ref = ref[i+1:]
	}
	return c.Facts != nil && c.Facts.Signed && strings.HasPrefix(ref, signingBranches)
}

// commitsAreSigned requires of each script that writes that between a commit and its push GitHub is asked to make it, on the
// state that it was made for, and then whether the signature is good.
func commitsAreSigned(c *Case) {
	if c.Facts == nil || !c.Facts.Signed {
		return
	}
	for _, w := range c.writers {
		made, asked, committed := true, true, nowhere
		for _, cmd := range w.Commands {
			switch query, _ := cmd.Option("--jq"); {
			case cmd.Git("commit"):
				made, asked, committed = false, false, cmd.At()
			case cmd.Is("jq") && strings.Contains(strings.Join(cmd.Words, " "), "createCommitOnBranch(") && strings.Contains(strings.Join(cmd.Words, " "), "expectedHeadOid: $head"):
				made = true
			case cmd.Is("gh", "api") && query == ".commit.verification.verified":
				asked = made
			case cmd.Git("push") && !c.isForSigning(cmd) && !asked:
				c.broken(cmd.At(), committed, "have GitHub make it by createCommitOnBranch, and ask whether it is verified, before it is pushed", "%s pushes a commit that GitHub has not signed", w.Job.Label())
			}
		}
	}
}
