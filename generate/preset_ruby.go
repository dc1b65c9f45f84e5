package generate

import "github.com/pipegen/pipegen/internal/plan"

var ruby = preset{
	title:  "Ruby",
	files:  []string{".ruby-version", ".tool-versions", "mise.toml"},
	locks:  map[string]lock{"": {[]string{"Gemfile.lock"}, "bundle lock"}},
	format: "lcov",
	report: map[string]string{"": "coverage/lcov.info"},
	steps: func(p project) []plan.ToolStep {
		// The action takes the name of a file in place of a release, and reads .ruby-version by itself.
		release := p.release("ruby-version", "ruby-version", "")
		if p.VersionFile != "" {
			release = []plan.Value{p.field("ruby-version", "versionFile", p.VersionFile)}
		}
		with := append(release, p.below("working-directory", ".")...)
		if p.cached {
			with = append(with, plan.Value{Name: "bundler-cache", Value: true})
		}
		return []plan.ToolStep{
			using("Set up Ruby", "ruby/setup-ruby", with),
			running(installLocked, "sync-bundler"),
			p.test("ruby", "ruby"),
		}
	},
}
