package generate

import "github.com/pipegen/pipegen/internal/plan"

// golang needs no step that installs: go takes nothing that is not in go.sum.
var golang = preset{
	title:  "Go",
	files:  []string{"go.mod", "go.work", ".go-version", ".tool-versions"},
	locks:  map[string]lock{"": {[]string{"go.mod", "go.work"}, "go mod init"}},
	format: "go",
	report: map[string]string{"": "cover.out"},
	steps: func(p project) []plan.ToolStep {
		cache := p.below("cache-dependency-path", "go.sum")
		if !p.cached {
			cache = []plan.Value{{Name: "cache", Value: false}}
		}
		return []plan.ToolStep{
			using("Set up Go", "actions/setup-go", p.release("go-version", "go-version-file", "go.mod"), cache),
			p.test("go"),
		}
	},
}
