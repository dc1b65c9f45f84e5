package standins

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/Masterminds/semver"
)

// Toolchain is a release of a language that this machine has, and the folder of its programs.
type Toolchain struct{ Release, Bin string }

// ActionName is the action that a step uses, without its commit, and its repository.
func ActionName(uses string) (name, repository string) {
	name, _, _ = strings.Cut(uses, "@")
	parts := strings.SplitN(name, "/", 3)
	return name, strings.Join(parts[:2], "/")
}

// setup is the stand-in for an action that sets a language up. It takes a release from the machine, where the real one
// may fetch it, and is as strict with files as that one.
func setup(language, version, file string, read func(path, text string) string) func(World, inputs) error {
	return func(w World, in inputs) error {
		wanted := in[version]
		if path := in[file]; wanted == "" && path != "" {
			text, err := os.ReadFile(inWorkspace(path))
			if err != nil {
				return fmt.Errorf("The specified %s version file at: %s does not exist", language, path)
			}
			wanted = read(path, string(text))
		}
		return w.take(language, wanted)
	}
}

func inWorkspace(path string) string {
	return filepath.Join(os.Getenv("GITHUB_WORKSPACE"), path)
}

// partial is a release with its last number left out.
var partial = regexp.MustCompile(`^\d+(\.\d+)?$`)

// take puts the newest release of the machine that is wanted before all others, for the steps that follow.
func (w World) take(language, wanted string) error {
	var best *semver.Version
	var bin string
	for _, found := range w.Toolchains[language] {
		release, err := semver.NewVersion(found.Release)
		if err != nil {
			return fmt.Errorf("%s %s: %w", language, found.Release, err)
		}
		if wanted != "" {
			if partial.MatchString(wanted) {
				wanted += ".x"
			}
			fits, err := semver.NewConstraint(wanted)
			if err != nil {
				return fmt.Errorf("%s %q: %w", language, wanted, err)
			}
			if !fits.Check(release) {
				continue
			}
		}
		if best == nil || best.LessThan(release) {
			best, bin = release, found.Bin
		}
	}
	if best == nil {
		return fmt.Errorf("Unable to find %s version %q; the machine has %v", language, wanted, w.Toolchains[language])
	}
	fmt.Printf("%s %s from %s\n", language, best, bin)
	if slices.Contains(filepath.SplitList(os.Getenv("PATH")), bin) {
		// Before all others it would hide the stand-ins.
		return nil
	}
	return appendTo("GITHUB_PATH", bin)
}

// appendTo writes a line into a file of the runner's.
func appendTo(file, line string) error {
	opened, err := os.OpenFile(os.Getenv(file), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(opened, line)
	return errors.Join(err, opened.Close())
}

// word is the first group of a pattern in a text, "" for none.
func word(pattern, text string) string {
	if found := regexp.MustCompile(pattern).FindStringSubmatch(text); found != nil {
		return found[1]
	}
	return ""
}

// trimmed reads a file that holds a release and no more, or .tool-versions.
func trimmed(language string) func(string, string) string {
	return func(path, text string) string {
		if filepath.Base(path) == ".tool-versions" {
			return word(`(?m)^`+language+`\s+(\S+)`, text)
		}
		return strings.TrimPrefix(strings.TrimSpace(text), "v")
	}
}

// setupGo takes a release that is not older: with the go.mod of a project, the real one would fetch that very release.
func setupGo(w World, in inputs) error {
	return setup("go", "go-version", "go-version-file", func(path, text string) string {
		if release := word(`(?m)^go (\S+)`, text); release != "" {
			return ">=" + release
		}
		return trimmed("golang")(path, text)
	})(w, in)
}

func setupNode(w World, in inputs) error {
	err := setup("node", "node-version", "node-version-file", func(path, text string) string {
		var project struct{ Engines struct{ Node string } }
		if filepath.Base(path) == "package.json" && json.Unmarshal([]byte(text), &project) == nil {
			// Without the field the real one warns, and goes on with what the runner has.
			return project.Engines.Node
		}
		return trimmed("nodejs")(path, text)
	})(w, in)
	if err != nil || in["cache"] == "" {
		return err
	}
	// The real one asks the package manager where its cache is.
	asked := map[string][]string{"npm": {"config", "get", "cache"}, "pnpm": {"store", "path", "--silent"}, "yarn": {"--version"}}[in["cache"]]
	ask := exec.Command(in["cache"], asked...)
	ask.Dir = inWorkspace(filepath.Dir(in["cache-dependency-path"]))
	if said, err := ask.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %v: %w\n%s", in["cache"], asked, err, said)
	}
	locks := map[string][]string{"npm": {"package-lock.json", "npm-shrinkwrap.json", "yarn.lock"}, "pnpm": {"pnpm-lock.yaml"}, "yarn": {"yarn.lock"}}[in["cache"]]
	return locked(in["cache-dependency-path"], locks...)
}

// locked insists on the lock file from which the key of a cache is made.
func locked(named string, usual ...string) error {
	if named != "" {
		usual = strings.Fields(named)
	}
	for _, file := range usual {
		if found, _ := filepath.Glob(inWorkspace(file)); len(found) > 0 {
			return nil
		}
	}
	return fmt.Errorf("Dependencies lock file is not found in %s. Supported file patterns: %s", os.Getenv("GITHUB_WORKSPACE"), strings.Join(usual, ","))
}

func setupPython(w World, in inputs) error {
	if in["python-version"] == "" {
		return errors.New("not imitated: setup-python without python-version")
	}
	if len(w.Toolchains) == 0 {
		// Nothing of Python is run in this world.
		return nil
	}
	if err := w.take("python", in["python-version"]); err != nil || in["cache"] == "" {
		return err
	}
	return locked(in["cache-dependency-path"], map[string][]string{
		"pip": {"requirements.txt", "pyproject.toml"}, "pipenv": {"Pipfile.lock"}, "poetry": {"poetry.lock"},
	}[in["cache"]]...)
}

// setupJava writes settings.xml too, with the server that is asked for. Maven finds all that is public in the machine's own
// repository.
func setupJava(w World, in inputs) error {
	if in["distribution"] == "" {
		return errors.New("Input required and not supplied: distribution")
	}
	if in["java-version"] == "" && in["java-version-file"] == "" {
		return errors.New("java-version or java-version-file input expected")
	}
	if err := setup("java", "java-version", "java-version-file", trimmed("java"))(w, in); err != nil {
		return err
	}
	if in["cache"] == "maven" {
		if err := locked(in["cache-dependency-path"], "pom.xml"); err != nil {
			return err
		}
	}
	settings := "<settings>\n"
	if in["server-id"] != "" {
		settings += fmt.Sprintf("<servers><server><id>%s</id><username>${env.%s}</username><password>${env.%s}</password></server></servers>\n", in["server-id"], in["server-username"], in["server-password"])
	}
	// The packages of the machine have no checksums beside them.
	settings += "<profiles><profile><id>machine</id><activation><activeByDefault>true</activeByDefault></activation>\n"
	for _, kind := range []string{"repositories", "pluginRepositories"} {
		one := map[string]string{"repositories": "repository", "pluginRepositories": "pluginRepository"}[kind]
		settings += "<" + kind + "><" + one + "><id>central</id><url>" + w.MavenRepository +
			"</url><releases><checksumPolicy>ignore</checksumPolicy></releases></" + one + "></" + kind + ">\n"
	}
	settings += "</profile></profiles>\n</settings>\n"
	folder := filepath.Join(os.Getenv("HOME"), ".m2")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "settings.xml"), []byte(settings), 0o644)
}

// setupPHP reads the release that Composer's files name where none is given, as the real one does.
func setupPHP(w World, in inputs) error {
	project := inWorkspace(os.Getenv("COMPOSER_PROJECT_DIR"))
	wanted := in["php-version"]
	switch file := in["php-version-file"]; {
	case wanted != "":
	case file != "":
		text, err := os.ReadFile(inWorkspace(file))
		if err != nil {
			return fmt.Errorf("Could not find the PHP version file: %s", file)
		}
		wanted = trimmed("php")(file, string(text))
	default:
		for _, file := range []string{"composer.lock", "composer.json"} {
			var named struct {
				Overrides struct{ PHP string } `json:"platform-overrides"`
				Config    struct{ Platform struct{ PHP string } }
			}
			text, err := os.ReadFile(filepath.Join(project, file))
			if errors.Is(err, fs.ErrNotExist) || err == nil && json.Unmarshal(text, &named) != nil {
				continue
			}
			if wanted = named.Overrides.PHP + named.Config.Platform.PHP; wanted != "" {
				break
			}
		}
	}
	if err := w.take("php", wanted); err != nil {
		return err
	}
	if in["coverage"] == "none" {
		return nil
	}
	if modules, err := exec.Command("php", "-m").Output(); err != nil || !strings.Contains(string(modules), in["coverage"]) {
		return fmt.Errorf("the machine has no %s: %w", in["coverage"], err)
	}
	return nil
}

// setupRuby reads .ruby-version by itself, as the real one does, and takes the name of a file for a release.
func setupRuby(w World, in inputs) error {
	wanted := in["ruby-version"]
	folder := inWorkspace(in["working-directory"])
	if wanted == "" || wanted == "default" {
		wanted = ".ruby-version"
	}
	if strings.ContainsAny(wanted[:1], ".m") {
		text, err := os.ReadFile(filepath.Join(folder, wanted))
		if err != nil {
			return fmt.Errorf("input ruby-version needs to be specified if no .ruby-version or .tool-versions file exists")
		}
		wanted = strings.TrimPrefix(trimmed("ruby")(wanted, string(text)), "ruby-")
	}
	if err := w.take("ruby", wanted); err != nil || in["bundler-cache"] != "true" {
		return err
	}
	// The real one installs into vendor/bundle. What the machine has is all there is.
	if _, err := os.Stat(filepath.Join(folder, "Gemfile.lock")); err != nil {
		return errors.New("the cache of bundler needs Gemfile.lock")
	}
	return nil
}

// setupPnpm brings the release that package.json or the workflow names, from the registry.
func setupPnpm(w World, in inputs) error {
	file := in["package_json_file"]
	if file == "" {
		file = "package.json"
	}
	var project struct{ PackageManager string }
	text, err := os.ReadFile(inWorkspace(file))
	if err == nil {
		err = json.Unmarshal(text, &project)
	}
	if err != nil && in["version"] == "" {
		return err
	}
	named := word(`^pnpm@([^+]+)`, project.PackageManager)
	switch {
	case in["version"] == "" && named == "":
		return errors.New("No pnpm version is specified. Please specify it by the key \"version\" or by \"packageManager\" in package.json")
	case in["version"] != "" && named != "" && in["version"] != named:
		return fmt.Errorf("Multiple versions of pnpm specified: %s and %s", in["version"], named)
	case named == "":
		named = in["version"]
	}
	folder := filepath.Join(w.machine(), "pnpm")
	install := exec.Command("npm", "install", "--no-save", "--prefix", folder, "pnpm@"+named)
	install.Stdout, install.Stderr = os.Stdout, os.Stderr
	if err := install.Run(); err != nil {
		return err
	}
	return appendTo("GITHUB_PATH", filepath.Join(folder, "node_modules/.bin"))
}

// corepack is the machine's, which writes nothing into its folders here.
func corepack(w World, args []string) error {
	if len(args) != 2 || args[0] != "enable" {
		return fmt.Errorf("not imitated: corepack %s", strings.Join(args, " "))
	}
	folder := filepath.Join(w.root, "home/bin")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	real := exec.Command(filepath.Join(w.Toolchains["node"][0].Bin, "corepack"), "enable", "--install-directory", folder, args[1])
	real.Stdout, real.Stderr = os.Stdout, os.Stderr
	return real.Run()
}

// rustup sets up the machine's own toolchain, in a folder of its own to which the tools of LLVM may be added.
func rustup(w World, args []string) error {
	called := strings.Join(args, " ")
	switch {
	case strings.HasPrefix(called, "toolchain install"), strings.HasPrefix(called, "override set "):
		wanted := word(`^(?:toolchain install|override set) ([^-\s]\S*)`, called)
		if wanted == "" {
			text, err := os.ReadFile("rust-toolchain.toml")
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
			wanted = word(`(?m)^\s*channel\s*=\s*"([^"]+)"`, string(text))
		}
		if wanted == "stable" {
			wanted = ""
		}
		for _, found := range w.Toolchains["rust"] {
			if wanted == "" || wanted == found.Release || strings.HasPrefix(found.Release, wanted+".") {
				return nil
			}
		}
		return fmt.Errorf("error: toolchain %q is not on the machine, which has %v", wanted, w.Toolchains["rust"])
	case called == "component add llvm-tools":
		if w.LLVM == "" {
			return errors.New("the machine has no tools of LLVM in the release of its rustc")
		}
		into := filepath.Join(w.root, "rust/lib/rustlib", w.RustTarget, "bin")
		if err := os.MkdirAll(into, 0o755); err != nil {
			return err
		}
		for _, tool := range []string{"llvm-profdata", "llvm-cov"} {
			if err := os.Symlink(filepath.Join(w.LLVM, tool), filepath.Join(into, tool)); err != nil && !errors.Is(err, fs.ErrExist) {
				return err
			}
		}
		return nil
	}
	return fmt.Errorf("not imitated: rustup %s", called)
}
