package rules

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// looksForSignatures holds the policies of projects for signatures against the spec, and against one another.
func looksForSignatures(c *Case) {
	for _, p := range c.Projects {
		old, policies := p.Get("spec", "signatureKeys"), p.Get("spec", "sourceIntegrity", "git", "policies")
		if len(old.Items()) > 0 && policies.OK() {
			c.broken(old.At(), policies.At(), "move its keys to sourceIntegrity", "Argo CD ignores signatureKeys, since there is a sourceIntegrity for git")
		}
	}
	if c.Facts == nil || len(c.Facts.Signers) == 0 {
		return
	}
	for _, app := range c.withRoots() {
		p, ok := c.Project(app)
		if !ok {
			continue
		}
		url := pipeline.Sources(app)[0].Get("repoURL")
		fitting := slices.DeleteFunc(slices.Clone(p.Get("spec", "sourceIntegrity", "git", "policies").Items()), func(n pipeline.Node) bool {
			return !slices.ContainsFunc(n.Get("repos").Items(), func(r pipeline.Node) bool { return r.Get("url").Text() == url.Text() || r.Get("url").Text() == "*" })
		})
		at := p.Get("spec", "sourceIntegrity").At()
		switch {
		case len(fitting) == 0:
			c.broken(at, url.At(), "a policy for the GitOps repository", "Argo CD does not look who has signed a commit of %s", url.Text())
		case len(fitting) > 1:
			c.broken(fitting[1].At(), fitting[0].At(), "one policy for a repository", "two policies are for %s, so that Argo CD syncs nothing from it", url.Text())
		case !slices.Contains([]string{"head", "strict"}, fitting[0].Get("gpg", "mode").Text()):
			c.broken(fitting[0].At(), url.At(), "mode: head", "the policy for %s looks at no signature", url.Text())
		case !slices.Equal(slices.Sorted(slices.Values(fitting[0].Get("gpg", "keys").List())), slices.Sorted(slices.Values(c.Facts.Signers))):
			c.broken(fitting[0].Get("gpg", "keys").At(), url.At(), "the keys of argocd.signers", "Argo CD takes the keys %s, and the spec has %s", strings.Join(fitting[0].Get("gpg", "keys").List(), ", "), strings.Join(c.Facts.Signers, ", "))
		}
	}
}
