package guess

import (
	"cmp"
	"strings"

	"github.com/pipegen/pipegen/internal/onramp/detect"
	"github.com/pipegen/pipegen/internal/onramp/draft"
)

// languages fill in the tests of each language other than Python, and say whether it is known how coverage is measured.
var languages = map[string]func(detect.Project, draft.Settings) (measured bool){
	"go": func(detect.Project, draft.Settings) bool { return true },
	"node": func(f detect.Project, s draft.Settings) bool {
		nodeTests(f, s)
		return f.Node.Measured
	},
	"java": func(f detect.Project, s draft.Settings) bool {
		javaTests(f, s)
		return f.Java.Report != ""
	},
	"rust": func(f detect.Project, s draft.Settings) bool {
		if ships := f.Docker.Version("rust"); ships != "" {
			s["languageVersion"] = known(ships, "stable", "this Rust is a guess: take that of the Dockerfile")
		}
		needsLock(f.Rust.Locked, "Cargo.lock", "cargo generate-lockfile", s)
		return true
	},
	"dotnet": func(f detect.Project, s draft.Settings) bool {
		if version := cmp.Or(f.Docker.Version(shipsWith["dotnet"]...), f.DotNet.Version); !f.DotNet.Pinned {
			if version != "" {
				version += ".x"
			}
			s["languageVersion"] = known(version, "10.0.x", "this .NET is a guess: take that of the Dockerfile")
		}
		needsLock(f.DotNet.Locked, "packages.lock.json", "dotnet restore --use-lock-file", s)
		return false
	},
	"php": func(f detect.Project, s draft.Settings) bool {
		switch ships := f.Docker.Version("php"); {
		case ships != "":
			s["languageVersion"] = known(ships, "8.4", "this PHP is a guess: take that of the Dockerfile")
		case !f.PHP.Platform:
			s["languageVersion"] = known(f.PHP.Version, "8.4", "this PHP is a guess: take that of the Dockerfile")
		}
		needsLock(f.PHP.Locked, "composer.lock", "composer update", s)
		return true
	},
	"ruby": func(f detect.Project, s draft.Settings) bool {
		if !f.Ruby.Pinned {
			s["languageVersion"] = known(cmp.Or(f.Docker.Version("ruby"), f.Ruby.Version), "3.4", "this Ruby is a guess: take that of the Dockerfile")
		}
		needsLock(f.Ruby.Locked, "Gemfile.lock", "bundle lock", s)
		return true
	},
}

// needsLock notes that a lock file is missing, without which the install is refused.
func needsLock(locked bool, file, command string, s draft.Settings) {
	if locked {
		return
	}
	if s["directory"].Value == nil {
		s["directory"] = draft.Setting{Value: "."}
	}
	s["directory"] = s["directory"].Noted("there is no " + file + " in it: run '" + command + "' and commit it")
}

func javaTests(f detect.Project, s draft.Settings) {
	version := cmp.Or(major(f.Docker.Version(shipsWith["java"]...)), f.Java.Version)
	s["languageVersion"] = known(version, "21", "this Java is a guess: take that of the Dockerfile")
	s["packageManager"] = draft.Setting{Value: f.Java.Tool}
	if !f.Java.Wrapper {
		s["packageManager"] = s["packageManager"].Noted("without a wrapper the tests run with the " + f.Java.Tool + " of the runner")
	}
}

// usualPnpm is installed if package.json does not pin a version, and one of olderPnpm where the lock file has an older format,
// which no later release takes as it is.
const usualPnpm = "10.34.9"

var olderPnpm = map[string]string{"5": "7.33.7", "6": "8.15.9"}

func nodeTests(f detect.Project, s draft.Settings) {
	n := f.Node
	switch ships := major(f.Docker.Version("node")); {
	case ships == "" && n.VersionFile == "package.json":
	case ships == "" && n.VersionFile != "":
		s["versionFile"] = draft.Setting{Value: n.VersionFile}
	default:
		s["languageVersion"] = known(ships, "24", "this Node.js is a guess: take that of the Dockerfile")
	}
	manager := draft.Setting{Value: n.Manager}
	if n.Manager == "berry" {
		manager.Value = "yarn"
	}
	if n.Manager == "pnpm" && !n.ManagerPinned {
		s["packageManagerVersion"] = draft.Setting{Value: cmp.Or(olderPnpm[n.Format], usualPnpm), Note: "package.json does not say which pnpm: this one is a guess"}
	}
	if n.Lock == "" {
		manager = manager.Noted("there is no lock file: install once and commit it")
	}
	if !n.HasTest {
		manager = manager.Noted("package.json has no test script: add one, write a command as run, or test: none with the reason")
	}
	s["packageManager"] = manager
}

// major returns the first number of a version.
func major(version string) string {
	n, _, _ := strings.Cut(version, ".")
	return n
}
