package generate

import "github.com/pipegen/pipegen/internal/plan"

var php = preset{
	title:  "PHP",
	files:  []string{"composer.json", ".php-version", ".tool-versions"},
	locks:  map[string]lock{"": {[]string{"composer.lock"}, "composer update"}},
	format: "cobertura",
	report: map[string]string{"": "coverage.xml"},
	steps: func(p project) []plan.ToolStep {
		driver := plan.Value{Name: "coverage", Value: "none"}
		if p.measured {
			driver.Value = "pcov"
		}
		release := p.release("php-version", "php-version-file", "")
		setup := using("Set up PHP", "shivammathur/setup-php", release, []plan.Value{driver})
		if len(release) == 0 {
			// Without a release, the action reads the platform of composer.lock or composer.json.
			setup.Env = p.below("COMPOSER_PROJECT_DIR", ".")
		}
		out := []plan.ToolStep{setup}
		if p.cached {
			out = append(out, using("Cache the packages", "actions/cache", []plan.Value{
				{Name: "path", Value: "~/.cache/composer/files"},
				{Name: "key", Value: "composer-${{ hashFiles('" + p.in("composer.lock") + "') }}"},
				{Name: "restore-keys", Value: "composer-"}}))
		}
		return append(out, running(installLocked, "sync-composer"), p.test("php", "php"))
	},
}
