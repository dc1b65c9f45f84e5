package detect

import (
	"encoding/json"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
)

// Node is a Node.js package.
type Node struct {
	// Manager is npm, pnpm, yarn or, for Yarn 2 and later, berry.
	Manager string
	// Lock is the name of the lock file, or "".
	Lock string
	// ManagerPinned reports that package.json names the manager's release.
	ManagerPinned bool
	// Format is the first number of the format of pnpm's lock file, or "".
	Format string
	// VersionFile is a file from which setup-node reads the version, or "".
	VersionFile string
	// HasTest reports a test script of the author's own.
	HasTest bool
	// Measured reports that it is known how the coverage of the test script is measured.
	Measured bool
}

var lockFiles = []struct{ file, manager string }{
	{"pnpm-lock.yaml", "pnpm"}, {"yarn.lock", "yarn"}, {"package-lock.json", "npm"}, {"npm-shrinkwrap.json", "npm"},
}

func findNode(t tree) *Node {
	if !t.has("package.json") {
		return nil
	}
	var pkg struct {
		packageScripts
		PackageManager  string                     `json:"packageManager"`
		Engines         map[string]json.RawMessage `json:"engines"`
		DevDependencies map[string]json.RawMessage `json:"devDependencies"`
		Jest            json.RawMessage            `json:"jest"`
	}
	// A file that cannot be read leaves its fields empty.
	_ = json.Unmarshal([]byte(t.text("package.json")), &pkg)
	n := &Node{Manager: "npm", ManagerPinned: pkg.PackageManager != ""}
	if name, _, ok := strings.Cut(pkg.PackageManager, "@"); ok && (name == "pnpm" || name == "yarn") {
		n.Manager = name
	}
	for _, l := range lockFiles {
		if t.has(l.file) {
			n.Lock, n.Manager = l.file, l.manager
			break
		}
	}
	if n.Manager == "pnpm" {
		lock, _ := t.read("pnpm-lock.yaml", maxLock)
		if m := pnpmFormat().FindSubmatch(lock); m != nil {
			n.Format = string(m[1])
		}
	}
	if n.Manager == "yarn" && (t.has(".yarnrc.yml") || strings.Contains(t.text("yarn.lock"), "\n__metadata:")) {
		n.Manager = "berry"
	}
	if n.VersionFile = t.first(".nvmrc", ".node-version"); n.VersionFile == "" && pkg.Engines["node"] != nil {
		n.VersionFile = "package.json"
	}
	test := pkg.test()
	n.HasTest = test != ""
	ownJest := pkg.Jest != nil || t.first("jest.config.js", "jest.config.ts", "jest.config.mjs", "jest.config.cjs", "jest.config.json") != ""
	n.Measured = plainJest().MatchString(test) && !ownJest || pkg.DevDependencies["c8"] != nil ||
		plainVitest().MatchString(test) && (pkg.DevDependencies["@vitest/coverage-v8"] != nil || pkg.DevDependencies["@vitest/coverage-istanbul"] != nil)
	return n
}

// packageScripts are the scripts in package.json.
type packageScripts struct {
	Scripts map[string]json.RawMessage `json:"scripts"`
}

// test is the author's own test script, "" without one.
func (p packageScripts) test() string {
	var test string
	_ = json.Unmarshal(p.Scripts["test"], &test)
	if strings.Contains(test, "no test specified") {
		return ""
	}
	return strings.TrimSpace(test)
}

// HasTest reports whether a package.json that can be read has a test script of the author's own.
func HasTest(content []byte) bool {
	var pkg packageScripts
	return json.Unmarshal(content, &pkg) != nil || pkg.test() != ""
}

var pnpmFormat = lazy.Regexp(`(?m)^lockfileVersion: ['"]?([0-9]+)`)

// A script that is a single call of the test runner accepts more flags at its end.
var (
	plainJest   = lazy.Regexp(`^jest( --?[a-zA-Z]+)*$`)
	plainVitest = lazy.Regexp(`^vitest( run)?( --?[a-zA-Z]+)*$`)
)
