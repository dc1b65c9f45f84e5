package generate

import "github.com/pipegen/pipegen/internal/plan"

var dotnet = preset{
	title: ".NET",
	files: []string{"global.json"},
	// Each project has its own, as a rule in a folder of its own.
	locks:  map[string]lock{"": {[]string{"packages.lock.json", "*/packages.lock.json", "*/*/packages.lock.json"}, "dotnet restore --use-lock-file"}},
	format: "cobertura",
	report: map[string]string{"": "coverage.cobertura.xml"},
	steps: func(p project) []plan.ToolStep {
		// Without a path the action looks for lock files at the root alone.
		var cache []plan.Value
		if p.cached {
			cache = []plan.Value{{Name: "cache", Value: true}, {Name: "cache-dependency-path", Value: p.in("**/packages.lock.json")}}
		}
		return []plan.ToolStep{
			using("Set up .NET", "actions/setup-dotnet", p.release("dotnet-version", "global-json-file", "global.json"), cache),
			running(installLocked, "sync-dotnet"),
			p.test("dotnet"),
		}
	},
}
