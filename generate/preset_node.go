package generate

import "github.com/pipegen/pipegen/internal/plan"

var node = preset{
	title:     "Node.js",
	managers:  []string{"npm", "pnpm", "yarn"},
	versioned: []string{"pnpm"},
	files:     []string{"package.json", ".nvmrc", ".node-version", ".tool-versions"},
	locks: map[string]lock{
		"npm": {[]string{"package-lock.json", "npm-shrinkwrap.json"}, "npm install"}, "pnpm": {[]string{"pnpm-lock.yaml"}, "pnpm install"}, "yarn": {[]string{"yarn.lock"}, "yarn install"},
	},
	format: "lcov",
	report: map[string]string{"": "coverage/lcov.info"},
	steps: func(p project) []plan.ToolStep {
		var out []plan.ToolStep
		lock := "package-lock.json"
		// The action for Node.js asks these two where their caches are.
		switch p.PackageManager {
		case "pnpm":
			lock = "pnpm-lock.yaml"
			release := p.below("package_json_file", "package.json")
			if p.PackageManagerVersion != "" {
				release = []plan.Value{p.field("version", "packageManagerVersion", p.PackageManagerVersion)}
			}
			out = append(out, using("Set up pnpm", "pnpm/action-setup", release))
		case "yarn":
			lock = "yarn.lock"
			out = append(out, running("Set up yarn", "setup-yarn"))
		}
		cache := p.fromCache(p.PackageManager, lock)
		if !p.cached {
			cache = []plan.Value{{Name: "package-manager-cache", Value: false}}
		}
		tests := p.test("node")
		if p.Run == "" {
			tests.Env = []plan.Value{{Name: "PACKAGE_MANAGER", Value: p.PackageManager}}
		}
		return append(out,
			using("Set up Node.js", "actions/setup-node", p.release("node-version", "node-version-file", "package.json"), cache),
			running(installLocked, "sync-"+p.PackageManager),
			tests)
	},
}
