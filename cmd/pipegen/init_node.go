package main

import (
	"github.com/pipegen/pipegen/internal/detect"
)

// usualPnpm is installed where package.json does not pin one.
const usualPnpm = "10.34.9"

func nodeTests(f detect.Facts, in folder, s settings) (fragment, report string) {
	n := f.Node
	fragment = "test-node"
	ships := major(f.Docker.Version("node"))
	switch {
	case ships != "":
		s["nodeVersion"] = known(ships, "24", "this Node.js is a guess: take that of the Dockerfile")
	case n.VersionFile != "":
		s["nodeVersionFile"] = setting{value: in.path(n.VersionFile)}
	default:
		s["nodeVersion"] = known("", "24", "this Node.js is a guess: take that of the Dockerfile")
	}
	// Each command that changes nothing in the lock file, and how flags reach the script.
	install, test, flags := "npm ci", "npm test", " -- "
	switch n.Manager {
	case "pnpm":
		fragment = "test-node-pnpm"
		install, test, flags = "pnpm install --frozen-lockfile", "pnpm test", " "
		s["packageFile"] = in.below(in.path("package.json"))
		if !n.ManagerPinned {
			s["pnpmVersion"] = setting{value: usualPnpm, check: "package.json does not say which pnpm: this one is a guess"}
		}
	case "yarn":
		install, test, flags = "yarn install --frozen-lockfile", "yarn test", " "
	case "berry":
		install, test, flags = "corepack enable && yarn install --immutable", "yarn test", " "
	}
	s["install"] = setting{value: in.run(install)}
	if n.Lock == "" {
		s["install"] = mark(s["install"], "there is no lock file: install once and commit it")
	} else if n.Manager != "berry" {
		// The action asks yarn where its cache is before corepack has put it there.
		s["cache"] = setting{value: n.Manager}
		s["cacheDependencyPath"] = in.below(in.path(n.Lock))
	}
	if n.CoverageFlags != "" {
		test += flags + n.CoverageFlags
		report = "coverage/lcov.info"
	}
	s["run"] = setting{value: in.run(test)}
	if !n.HasTest {
		s["run"] = mark(s["run"], "package.json has no test script")
	}
	return fragment, report
}
