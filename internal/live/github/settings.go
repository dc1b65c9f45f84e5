package github

import "context"

// Repository is GitHub's information about a repository as a whole.
type Repository struct {
	URL      string `json:"html_url"`
	Archived bool   `json:"archived"`
	Disabled bool   `json:"disabled"`
}

// Workflow is a workflow file as GitHub knows it.
type Workflow struct {
	URL string `json:"html_url"`
	// State is GitHub's word: active, or disabled_ followed by the reason.
	State string `json:"state"`
}

// Policy is what a repository allows its workflows to do.
type Policy struct {
	Enabled bool `json:"enabled"`
	// Allowed is GitHub's word for the actions that may be used: all, local_only or selected; "" if Actions are off.
	Allowed string `json:"allowed_actions"`
}

// Rule is a rule that applies to a branch.
type Rule struct {
	// Type is GitHub's word, such as pull_request or update.
	Type string `json:"type"`
	// Source is the repository or organisation that has the ruleset.
	Source string `json:"ruleset_source"`
}

// Branch is a branch and whether it is protected.
type Branch struct {
	// Protected is set if a protection rule or a ruleset applies to the branch.
	Protected bool `json:"protected"`
}

// Repository returns the settings that everybody may see.
func (c *Client) Repository(ctx context.Context, repository string) (Repository, error) {
	return read[Repository](ctx, c, c.path(repository))
}

// Workflow returns the workflow with a file name.
func (c *Client) Workflow(ctx context.Context, repository, file string) (Workflow, error) {
	return read[Workflow](ctx, c, c.path(repository, "actions", "workflows", file))
}

// Policy returns whether Actions may run. The credential needs the right to administer the repository.
func (c *Client) Policy(ctx context.Context, repository string) (Policy, error) {
	return read[Policy](ctx, c, c.path(repository, "actions", "permissions"))
}

// Rules lists the rules of the rulesets that apply to a branch, at most a hundred.
func (c *Client) Rules(ctx context.Context, repository, branch string) ([]Rule, error) {
	return read[[]Rule](ctx, c, c.path(repository, "rules", "branches", branch)+"?per_page=100")
}

// Branch returns a branch.
func (c *Client) Branch(ctx context.Context, repository, branch string) (Branch, error) {
	return read[Branch](ctx, c, c.path(repository, "branches", branch))
}

// Push is a change of a branch, from the list of activities of a repository.
type Push struct {
	Ref   string `json:"ref"`
	After string `json:"after"`
}

// Pushes lists the newest changes of all branches, at most a hundred.
func (c *Client) Pushes(ctx context.Context, repository string) ([]Push, error) {
	return read[[]Push](ctx, c, c.path(repository, "activity")+"?per_page=100")
}
