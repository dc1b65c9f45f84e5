package act

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/pipegen/pipegen/e2e/runner"
	"github.com/pipegen/pipegen/e2e/runner/standins"
)

// projects are small ones, a file each below testdata/presets. Behind failing/ and untested/ an archive has the files of
// a change that breaks a test, and of one that brings code which no test runs.
var projects = map[string]struct {
	// needs are the toolchains, and lock writes the lock file, in a folder.
	needs, folder, lock string
	// says is what the failing test prints, and below what the gate says of the coverage, "" where nothing measures.
	says, below string
}{
	"go":            {"go", ".", "", "--- FAIL: TestRegion", belowGate},
	"node-npm":      {"node", ".", "npm install --package-lock-only", "'eu-17' == 'eu'", belowGate},
	"node-jest":     {"node", "web", "npm install --package-lock-only", "Received: \"eu-17\"", belowGate},
	"node-pnpm":     {"node", ".", "npx --yes pnpm@10.28.0 install --lockfile-only", "expected 'eu-17' to be 'eu'", belowGate},
	"node-yarn":     {"node", ".", "yarn install --mode=update-lockfile", "'eu-17' == 'eu'", belowGate},
	"java-maven":    {"java maven", ".", "", "expected:<eu[]> but was:<eu[-17]>", ""},
	"python-pip":    {"python", ".", "", "AssertionError: assert 'eu-17' == 'eu'", belowFailUnder},
	"python-pipenv": {"python pipenv", ".", "pipenv lock --dev", "AssertionError: assert 'eu-17' == 'eu'", belowFailUnder},
	"php":           {"php", ".", "composer update --no-install", "Failed asserting that two strings are identical", belowGate},
	"ruby-rake":     {"ruby", ".", "bundle lock --local", "Expected: \"eu\"", belowGate},
	"ruby-rspec":    {"ruby", "web", "bundle lock --local", "got: \"eu-17\"", belowGate},
	"rust":          {"rust", ".", "cargo generate-lockfile", "left: \"eu-17\"", belowGate},
}

const (
	belowGate = "is below the required 80 %"
	// belowFailUnder is what Coverage says itself.
	belowFailUnder = "is less than fail-under=80.00"
)

// TestPresets runs the tests of real projects with the toolchains of this machine, in the job that each preset of a
// language gives: green as they are, and red when a test fails and when the coverage is too low.
func TestPresets(t *testing.T) {
	for name, c := range projects {
		t.Run(name, func(t *testing.T) {
			archive, err := txtar.ParseFile(filepath.Join("testdata/presets", name+".txtar"))
			check(t, err)
			files := parts(archive, "")
			if strings.Contains(c.needs, "python") {
				fromDebian(t, files)
			}
			w := newProject(t, c.needs, files)
			w.lock(t, c.folder, c.lock)
			green := w.proposed(t, nil)
			green.Want(t, "build=success gate=success test=success")
			// Before its version 7, Coverage writes no Markdown.
			if c.below == belowGate && !strings.Contains(green.Summary, "overage") && !strings.Contains(green.Summary, "| **TOTAL**") {
				t.Errorf("the summary does not say what is covered:\n%s", green.Summary)
			}

			failed := w.proposed(t, parts(archive, "failing/"))
			failed.Want(t, "gate=failure test=failure")
			w.wantSaid(t, failed, c.says)
			if c.below == "" {
				return
			}
			low := w.proposed(t, parts(archive, "untested/"))
			low.Want(t, "gate=failure test=failure")
			w.wantSaid(t, low, c.below)
		})
	}
}

// fromDebian names in the files of a project an index that has what its tests need, as Debian has it.
func fromDebian(t *testing.T, files map[string]string) {
	t.Helper()
	packages := newFeed(t)
	locked := packages.addWheels(t, testWheels)
	for path, text := range files {
		files[path] = strings.NewReplacer("@index@", packages.index(), "@locked@", locked).Replace(text)
	}
}

// parts are the files of an archive behind a prefix, or those without one.
func parts(archive *txtar.Archive, prefix string) map[string]string {
	out := map[string]string{}
	for _, file := range archive.Files {
		path, found := strings.CutPrefix(file.Name, prefix)
		if prefix == "" {
			found = !strings.HasPrefix(path, "failing/") && !strings.HasPrefix(path, "untested/")
		}
		if found {
			out[path] = string(file.Data)
		}
	}
	return out
}

// newProject is a world in which a project is, whose pipeline.cue says all but where things are.
func newProject(t *testing.T, needs string, files map[string]string) world {
	t.Helper()
	t.Parallel()
	have := machine()
	for _, language := range strings.Fields(needs) {
		if why := have.missing[language]; why != "" {
			t.Skipf("the preset is not run: %s", why)
		}
	}
	for path, text := range files {
		for language, found := range have.toolchains {
			text = strings.ReplaceAll(text, "@"+language+"@", found[0].Release)
			text = strings.ReplaceAll(text, "@"+language+"2@", minor.FindString(found[0].Release))
		}
		files[path] = text
	}
	spec := files["pipeline.cue"]
	delete(files, "pipeline.cue")
	w := world{runner.New(t, runner.Options{Files: files, Spec: func(base string) string {
		return "name: \"fastapi-agent\"\nintent: \"A push is running a few minutes later.\"\nsource: repository: \"org/repo\"\n" +
			"deploy: {" + strings.TrimSpace(regexp.MustCompile(`\tport: \d+\n`).FindString(base)) + ", probes: readiness: \"/health\"}\n" +
			"environments: production: namespace: \"agents\"\n" +
			"gitops: {repository: \"org/gitops-repo\", credential: token: \"" + runner.Secret + "\"}\n" + spec
	}})}
	w.Toolchains, w.Limit = have.toolchains, 6*time.Minute
	w.Variables = append(slices.Clone(have.variables),
		"PATH="+runner.Tool("")+":"+w.own("rust/bin")+":"+w.own("home/bin")+":"+os.Getenv("PATH"),
		// Maven takes its home from the account, and not from the environment.
		"MAVEN_OPTS=-Duser.home="+w.own("home"))
	w.MavenRepository, w.LLVM, w.RustTarget = have.maven, have.llvm, have.target
	switch {
	case strings.Contains(needs, "rust"):
		w.ownRust(t, have)
	case strings.Contains(needs, "python"):
		w.ownPython(t, have)
	}
	return w
}

// own is a path below the root of the world.
func (w world) own(path string) string { return filepath.Join(w.Root, path) }

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	check(t, err)
	return string(text)
}

// lock has the package manager write the lock file, as the developer did, and pushes the project.
func (w world) lock(t *testing.T, folder, command string) {
	t.Helper()
	check(t, w.Save(w.Root))
	if command != "" {
		lock := exec.CommandContext(t.Context(), "bash", "-ec", "if grep -q '\"yarn@' package.json 2>/dev/null; then corepack enable yarn; fi\n"+command)
		lock.Dir, lock.Env = filepath.Join(w.Folder("repo"), folder), w.Environment()
		if out, err := lock.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", command, err, out)
		}
	}
	w.Commit(t, "repo", "start")
}

// ownPython is a Python in a folder of this world, into which packages are installed as into the runner's.
func (w world) ownPython(t *testing.T, have means) {
	t.Helper()
	python := have.toolchains["python"][0]
	if out, err := exec.CommandContext(t.Context(), filepath.Join(python.Bin, "python3"), "-m", "venv", w.own("python")).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	w.Toolchains = maps.Clone(have.toolchains)
	w.Toolchains["python"] = []standins.Toolchain{{Release: python.Release, Bin: w.own("python/bin")}}
}

// ownRust is the machine's toolchain in a folder of this world: what is added to it is added to no other.
func (w world) ownRust(t *testing.T, have means) {
	t.Helper()
	library := filepath.Join("lib/rustlib", have.target)
	check(t, os.MkdirAll(w.own("rust/bin"), 0o755))
	// The folder itself is none of the machine's: lib/../bin is beside it.
	check(t, os.MkdirAll(w.own(filepath.Join("rust", library, "lib")), 0o755))
	files, err := os.ReadDir(filepath.Join(have.sysroot, library, "lib"))
	check(t, err)
	for _, file := range files {
		path := filepath.Join(library, "lib", file.Name())
		check(t, os.Symlink(filepath.Join(have.sysroot, path), w.own("rust/"+path)))
	}
	check(t, os.Symlink(filepath.Join(have.sysroot, "bin/cargo"), w.own("rust/bin/cargo")))
	for _, name := range []string{"rustc", "rustdoc"} {
		program := w.own("rust/bin/" + name)
		runner.Write(t, program, "#!/bin/sh\nexec '"+filepath.Join(have.sysroot, "bin", name)+"' --sysroot '"+w.own("rust")+"' \"$@\"\n")
		check(t, os.Chmod(program, 0o755))
	}
}

// proposed runs a pull request that changes files.
func (w world) proposed(t *testing.T, files map[string]string) runner.Outcome {
	t.Helper()
	return w.Run(t, w.proposalOf(t, files))
}

// proposalOf is a pull request of somebody who may see no secret, which changes files.
func (w world) proposalOf(t *testing.T, files map[string]string) runner.Event {
	t.Helper()
	clone := w.Folder("repo")
	w.Git(t, clone, "switch", "--quiet", "--force-create", "proposal", "origin/main")
	for path, text := range files {
		runner.Write(t, filepath.Join(clone, path), text)
	}
	w.Git(t, clone, "add", "--all")
	w.Git(t, clone, "commit", "--quiet", "--allow-empty", "--message", "propose")
	w.Git(t, clone, "push", "--quiet", "--force", "origin", "HEAD:refs/pull/7/merge")
	e := w.Push(w.Git(t, clone, "rev-parse", "HEAD"))
	w.Git(t, clone, "switch", "--quiet", "main")
	e.Name, e.Ref, e.Secrets = "pull_request", "refs/pull/7/merge", nil
	e.Payload["pull_request"] = map[string]any{"number": 7}
	return e
}

// wantSaid insists on a text in what the scripts of a run print.
func (w world) wantSaid(t *testing.T, result runner.Outcome, text string) {
	t.Helper()
	if len(w.saidBy(t, result, text)) == 0 {
		t.Errorf("no script says %q", text)
	}
}

// saidBy are the jobs whose scripts print a text.
func (w world) saidBy(t *testing.T, result runner.Outcome, text string) (jobs []string) {
	t.Helper()
	for _, call := range w.Calls(t, result.ID, "bash") {
		if strings.Contains(call.Output, text) {
			jobs = append(jobs, call.Job)
		}
	}
	return jobs
}

// means are what this machine has for the tests of projects.
type means struct {
	toolchains map[string][]standins.Toolchain
	// missing says why a language cannot be tried.
	missing   map[string]string
	variables []string
	// maven is the address of the machine's repository; sysroot is where its Rust is, and target what it compiles for.
	maven, llvm, sysroot, target string
}

// said is what a program prints, "" where there is none.
func said(name string, args ...string) string {
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

var minor = regexp.MustCompile(`^\d+\.\d+`)

var release = regexp.MustCompile(`\d+(\.\d+)+`)

// machine looks for the toolchains. What a test fetches is kept where the developer's own programs keep it.
var machine = sync.OnceValue(func() means {
	m := means{toolchains: map[string][]standins.Toolchain{}, missing: map[string]string{}}
	for language, ask := range map[string][]string{
		"go": {"go", "env", "GOVERSION"}, "node": {"node", "--version"}, "java": {"javac", "-version"},
		"php": {"php", "--version"}, "ruby": {"ruby", "--version"}, "rust": {"rustc", "--version"},
	} {
		path, err := exec.LookPath(ask[0])
		number := release.FindString(said(ask[0], ask[1:]...))
		if err != nil || number == "" {
			m.missing[language] = "there is no " + ask[0]
			continue
		}
		m.toolchains[language] = []standins.Toolchain{{Release: number, Bin: filepath.Dir(path)}}
	}
	for _, variable := range []string{"GOCACHE", "GOMODCACHE", "GOPROXY"} {
		m.variables = append(m.variables, variable+"="+said("go", "env", variable))
	}
	registry := strings.TrimSuffix(said("npm", "config", "get", "registry"), "/")
	m.variables = append(m.variables, "npm_config_cache="+said("npm", "config", "get", "cache"), "npm_config_registry="+registry,
		"COREPACK_NPM_REGISTRY="+registry, "YARN_NPM_REGISTRY_SERVER="+registry, "COREPACK_ENABLE_DOWNLOAD_PROMPT=0", "YARN_ENABLE_TELEMETRY=0",
		"npm_config_audit=false", "npm_config_fund=false", "npm_config_update_notifier=false")
	for _, variable := range []string{"NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE"} {
		if value := os.Getenv(variable); value != "" {
			m.variables = append(m.variables, variable+"="+value)
		}
	}

	for _, folder := range strings.Fields(said("python3", "-c", "import sys; print(sys.base_prefix)") + " /usr") {
		python := filepath.Join(folder, "bin")
		if number := release.FindString(said(filepath.Join(python, "python3"), "-c", "import sys, ensurepip; print(sys.version)")); number != "" && m.toolchains["python"] == nil {
			m.toolchains["python"] = []standins.Toolchain{{Release: number, Bin: python}}
		}
	}
	if m.toolchains["python"] == nil {
		m.missing["python"] = "there is no python3 that can make an environment: apt-get install python3-venv"
	}
	m.needs("python", "apt-get install python3-pytest python3-pytest-cov", debianPython+"/pytest", debianPython+"/pytest_cov")
	m.needs("pipenv", "apt-get install pipenv", "/usr/bin/pipenv")

	m.sysroot = said("rustc", "--print", "sysroot")
	m.target = strings.TrimPrefix(regexp.MustCompile(`host: .*`).FindString(said("rustc", "--version", "--verbose")), "host: ")
	llvm := regexp.MustCompile(`LLVM version: (\d+)`).FindStringSubmatch(said("rustc", "--version", "--verbose"))
	if m.missing["rust"] == "" && llvm != nil {
		m.llvm = "/usr/lib/llvm-" + llvm[1] + "/bin"
		if _, err := os.Stat(filepath.Join(m.llvm, "llvm-cov")); err != nil {
			m.missing["rust"] = "there are no tools of LLVM " + llvm[1] + ", which read what this rustc counts: apt-get install llvm-" + llvm[1]
		}
	}
	const plugins = "/usr/share/maven-repo/org/apache/maven/plugins/maven-"
	m.needs("maven", "apt-get install maven libsurefire-java libmaven-compiler-plugin-java libmaven-jar-plugin-java libmaven-resources-plugin-java junit4", "/usr/bin/mvn",
		plugins+"surefire-plugin", plugins+"compiler-plugin", plugins+"jar-plugin", plugins+"resources-plugin", "/usr/share/maven-repo/junit/junit")
	m.maven = "file:///usr/share/maven-repo"
	m.needs("fastapi", "apt-get install python3-fastapi python3-httpx", debianPython+"/fastapi", debianPython+"/httpx")
	m.needs("junit5", "apt-get install junit5", "/usr/share/maven-repo/org/junit/jupiter/junit-jupiter")
	m.needs("tiny_http", "apt-get install librust-tiny-http-dev", debianCrates+"/tiny_http-0.12.0")
	m.needs("php", "apt-get install php-cli php-pcov composer phpunit", "/usr/bin/composer", "/usr/bin/phpunit")
	m.needs("ruby", "apt-get install bundler ruby-rspec ruby-simplecov", "/usr/bin/bundle", "/usr/share/rubygems-integration/all/specifications")
	return m
})

// needs says what brings files that are not there.
func (m means) needs(name, install string, files ...string) {
	for _, file := range files {
		if _, err := os.Stat(file); err != nil {
			m.missing[name] = "there is no " + file + ": " + install
		}
	}
}
