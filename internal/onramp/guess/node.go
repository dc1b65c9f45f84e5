package guess

import (
	"github.com/pipegen/pipegen/internal/onramp/detect"
	"github.com/pipegen/pipegen/internal/onramp/draft"
)

// usualPnpm is installed if package.json does not pin a version.
const usualPnpm = "10.34.9"

func nodeTests(f detect.Project, in folder, s draft.Settings) (fragment, report string) {
	n := f.Node
	fragment = "test-node"
	ships := major(f.Docker.Version("node"))
	switch {
	case ships != "":
		s["nodeVersion"] = known(ships, "24", "this Node.js is a guess: take that of the Dockerfile")
	case n.VersionFile != "":
		s["nodeVersionFile"] = draft.Setting{Value: in.path(n.VersionFile)}
	default:
		s["nodeVersion"] = known("", "24", "this Node.js is a guess: take that of the Dockerfile")
	}
	// The install command that does not change the lock file, and how flags reach the script.
	install, test, flags := "npm ci", "npm test", " -- "
	switch n.Manager {
	case "pnpm":
		fragment = "test-node-pnpm"
		install, test, flags = "pnpm install --frozen-lockfile", "pnpm test", " "
		s["packageFile"] = in.below(in.path("package.json"))
		if !n.ManagerPinned {
			s["pnpmVersion"] = draft.Setting{Value: usualPnpm, Note: "package.json does not say which pnpm: this one is a guess"}
		}
	case "yarn":
		install, test, flags = "yarn install --frozen-lockfile", "yarn test", " "
	case "berry":
		install, test, flags = "corepack enable && yarn install --immutable", "yarn test", " "
	}
	s["install"] = draft.Setting{Value: in.run(install)}
	if n.Lock == "" {
		s["install"] = s["install"].Noted("there is no lock file: install once and commit it")
	} else if n.Manager != "berry" {
		// The action asks yarn for its cache before corepack has installed yarn.
		s["cache"] = draft.Setting{Value: n.Manager}
		s["cacheDependencyPath"] = in.below(in.path(n.Lock))
	}
	if n.CoverageFlags != "" {
		test += flags + n.CoverageFlags
		report = "coverage/lcov.info"
	}
	s["run"] = draft.Setting{Value: in.run(test)}
	if !n.HasTest {
		s["run"] = s["run"].Noted("package.json has no test script")
	}
	return fragment, report
}
