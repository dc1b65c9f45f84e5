package pipeline

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
)

// guarding are the parts of GitHub's API in which a repository says what holds a change up: rules of branches, reviewers of
// environments, what Actions may do, and whether a workflow runs.
// https://docs.github.com/en/rest/authentication/permissions-required-for-github-apps
var guarding = lazy.Regexp(`\b(repos|orgs)/.*(/branches/[^/]+/protection\b|/rulesets\b|/environments/[^/]+(/deployment|/?$)|/actions/permissions\b|/actions/workflows/[^/]+/disable$)|` +
	`(create|update|delete)(BranchProtectionRule|RepositoryRuleset)|(update|delete)Environment`)

// ChangesGuards reports a command that changes the settings of a repository which hold a change up.
func (c Command) ChangesGuards() bool {
	api := c.Is("gh", "api")
	if !api && !c.Is("curl") {
		return c.Is("gh", "workflow", "disable")
	}
	return slices.ContainsFunc(c.Words, guarding().MatchString) && c.sends(api)
}

// sends reports whether a request changes something: by its method, else by what it sends. All that GraphQL does is sent.
func (c Command) sends(api bool) bool {
	data := []string{"-d", "--data", "--json", "-T", "--upload-file"}
	if api {
		data = []string{"-f", "-F", "--field", "--raw-field", "--input"}
	}
	sends := false
	for i, w := range c.Words {
		for _, method := range []string{"-X", "--method", "--request"} {
			if value, ok := strings.CutPrefix(w, method); ok {
				if value == "" && i+1 < len(c.Words) {
					value = c.Words[i+1]
				}
				return !slices.Contains([]string{"GET", "HEAD"}, strings.ToUpper(strings.TrimPrefix(value, "=")))
			}
		}
		sends = sends || slices.ContainsFunc(data, func(flag string) bool { return strings.HasPrefix(w, flag) })
	}
	return sends
}
