package generate

import (
	"bytes"
	"encoding/json"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/pins"
	"github.com/pipegen/pipegen/internal/plan"
)

// Where the bots look for their configuration.
const (
	DependabotFile = ".github/dependabot.yml"
	RenovateFile   = "renovate.json"
)

// bot seeds the configuration of the bot that proposes newer actions (W08).
func (r *renderer) bot() {
	seed := func(name string, content []byte) {
		r.put(artifact.File{Root: artifact.Code, Path: name, Content: content, Owner: artifact.Seeded})
	}
	switch r.plan.Bot {
	case "dependabot":
		seed(DependabotFile, []byte(r.text("bot/dependabot.yml")))
	case "renovate":
		seed(RenovateFile, r.renovate())
	}
}

// renovateConfig is the part of Renovate's configuration that is used here.
type renovateConfig struct {
	Schema      string            `json:"$schema"`
	Description string            `json:"description"`
	Extends     []string          `json:"extends"`
	Rules       []renovateRule    `json:"packageRules"`
	Managers    []renovateManager `json:"customManagers"`
}

type renovateRule struct {
	Description string   `json:"description"`
	Managers    []string `json:"matchManagers"`
	Files       []string `json:"matchFileNames,omitempty"`
	DepTypes    []string `json:"matchDepTypes,omitempty"`
	UpdateTypes []string `json:"matchUpdateTypes,omitempty"`
	GroupName   string   `json:"groupName,omitempty"`
	Age         string   `json:"minimumReleaseAge,omitempty"`
	Enabled     *bool    `json:"enabled,omitempty"`
}

// renovate is Renovate's configuration. Besides actions, Renovate can bump the runners, the containers and the inputs
// in a workflow. In generated workflows these come from the spec, so it looks for the tools there.
func (r *renderer) renovate() []byte {
	off := false
	managers, custom := []string{"github-actions"}, []string{"custom.regex"}
	generated, files := "Everything else in the generated workflows is changed in the spec.", []string{r.plan.Workflow, r.plan.RollbackWorkflow}
	if len(r.plan.TestRuns.Jobs) > 0 {
		files = append(files, r.plan.TestRuns.Workflow)
	}
	if p := r.plan.Previews; p != nil {
		files = append(files, p.Workflow)
	}
	for _, p := range r.plan.Promotions {
		files = append(files, p.Workflow)
	}
	if r.plan.InFolder() {
		// Whichever spec of the repository writes the file first, it fits all of them.
		generated, files = "Everything else in the generated workflows is changed in their specs. Take a workflow of your own out with ! and its path.", []string{plan.WorkflowsFolder + "*.yaml"}
	}
	c := renovateConfig{
		Schema:      "https://docs.renovatebot.com/renovate-schema.json",
		Description: "pipegen wrote it once, for pipegen.bot: it is yours from now on.",
		Extends:     []string{"config:recommended"},
		Rules: []renovateRule{
			{Description: "One pull request for all actions, a week after their release: one that was stolen is often found out within days.",
				Managers: managers, DepTypes: []string{"action"}, GroupName: "actions", Age: "7 days"},
			{Description: generated,
				Managers: managers, Files: files, DepTypes: []string{"container", "docker", "github-runner", "service", "uses-with"}, Enabled: &off},
			{Description: "One pull request for all tools that the spec names. Run 'pipegen generate' in it, and commit what that writes.",
				Managers: custom, GroupName: "tools", Age: "7 days"},
			{Description: "A release is one program for good.",
				Managers: custom, UpdateTypes: []string{"digest"}, Enabled: &off},
		},
		Managers: renovateManagers(r.plan),
	}
	if r.plan.Style == pins.Commit {
		c.Extends = append(c.Extends, "helpers:pinGitHubActionDigests")
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // the names of groups in regular expressions
	e.SetIndent("", "  ")
	if err := e.Encode(c); err != nil {
		r.fail(err)
	}
	return b.Bytes()
}
