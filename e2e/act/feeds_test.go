package act

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const (
	feedUser   = "reader"
	feedSecret = "COMPANY_TOKEN"
	feedToken  = "token-of-the-feed-0123"
)

// feed is a private feed of packages. Whoever has no token gets nothing of it.
type feed struct {
	address string
	files   map[string][]byte
}

func newFeed(t *testing.T) *feed {
	t.Helper()
	f := &feed{files: map[string][]byte{}}
	server := httptest.NewServer(http.HandlerFunc(func(answer http.ResponseWriter, request *http.Request) {
		user, password, _ := request.BasicAuth()
		if basic := user == feedUser && password == feedToken; !basic && request.Header.Get("Authorization") != "Bearer "+feedToken {
			answer.Header().Set("WWW-Authenticate", `Basic realm="packages"`)
			http.Error(answer, "unauthorized", http.StatusUnauthorized)
			return
		}
		text, ok := f.files[strings.TrimSuffix(request.URL.Path, "/")]
		if !ok {
			http.NotFound(answer, request)
			return
		}
		if strings.HasPrefix(request.URL.Path, "/simple/") {
			answer.Header().Set("Content-Type", "text/html")
		}
		answer.Write(text)
	}))
	t.Cleanup(server.Close)
	f.address = strings.TrimPrefix(server.URL, "http://")
	return f
}

// debianPython is where Debian keeps what is installed for its own Python.
const debianPython = "/usr/lib/python3/dist-packages"

// wheels are what the tests of Python need, as Debian has it: what belongs to each, and what it needs.
var wheels = map[string]struct{ parts, needs string }{
	"attrs": {"attr attrs", ""}, "coverage": {"coverage", ""}, "iniconfig": {"iniconfig", ""}, "packaging": {"packaging", ""}, "pluggy": {"pluggy", ""},
	"pytest":     {"pytest _pytest py.py", "attrs iniconfig packaging pluggy"},
	"pytest_cov": {"pytest_cov", "pytest coverage"},

	"anyio": {"anyio", "idna sniffio"}, "certifi": {"certifi", ""}, "click": {"click", ""}, "fastapi": {"fastapi", "pydantic starlette"}, "h11": {"h11", ""},
	"httpcore": {"httpcore", "anyio certifi h11 sniffio"}, "httpx": {"httpx", "certifi httpcore rfc3986 sniffio"}, "idna": {"idna", ""},
	"pydantic": {"pydantic", "typing_extensions"}, "rfc3986": {"rfc3986", "idna"}, "sniffio": {"sniffio", ""}, "starlette": {"starlette", "anyio"},
	"typing_extensions": {"typing_extensions.py", ""}, "asgiref": {"asgiref", ""}, "uvicorn": {"uvicorn", "asgiref click h11"},
}

const (
	testWheels    = "attrs coverage iniconfig packaging pluggy pytest pytest_cov"
	fastAPIWheels = "anyio asgiref click fastapi h11 idna pydantic sniffio starlette typing_extensions uvicorn"
	httpxWheels   = "certifi httpcore httpx rfc3986"
)

// index is the address of the feed with what it asks for.
func (f *feed) index() string {
	return "http://" + feedUser + ":" + feedToken + "@" + f.address + "/simple"
}

// addWheels gives the feed packages made of Debian's files, and returns the requirements that lock them.
func (f *feed) addWheels(t *testing.T, names string) string {
	t.Helper()
	var locked strings.Builder
	for _, name := range strings.Fields(names) {
		about, _ := filepath.Glob(filepath.Join(debianPython, name+"-*-info"))
		if len(about) == 0 {
			t.Skipf("the feed is not tried: %s has no %s: apt-get install python3-pytest python3-pytest-cov", debianPython, name)
		}
		version := release.FindString(filepath.Base(about[0]))
		info := name + "-" + version + ".dist-info/"
		var out bytes.Buffer
		var record strings.Builder
		archive := zip.NewWriter(&out)
		add := func(path string, text []byte) {
			file, err := archive.Create(path)
			check(t, err)
			_, err = file.Write(text)
			check(t, err)
			fmt.Fprintf(&record, "%s,,\n", path)
		}
		for _, part := range strings.Fields(wheels[name].parts) {
			check(t, filepath.WalkDir(filepath.Join(debianPython, part), func(path string, entry os.DirEntry, err error) error {
				if err != nil || !entry.Type().IsRegular() || strings.HasSuffix(path, ".pyc") {
					return err
				}
				text, err := os.ReadFile(path)
				add(strings.TrimPrefix(path, debianPython+"/"), text)
				return err
			}))
		}
		metadata := fmt.Sprintf("Metadata-Version: 2.1\nName: %s\nVersion: %s\n", name, version)
		for _, needed := range strings.Fields(wheels[name].needs) {
			metadata += "Requires-Dist: " + needed + "\n"
		}
		add(info+"METADATA", []byte(metadata))
		add(info+"WHEEL", []byte("Wheel-Version: 1.0\nGenerator: pipegen\nRoot-Is-Purelib: true\nTag: py3-none-any\n"))
		if points, err := os.ReadFile(filepath.Join(about[0], "entry_points.txt")); err == nil {
			// Debian calls the program of Coverage otherwise than its package does.
			add(info+"entry_points.txt", bytes.ReplaceAll(points, []byte("python-coverage ="), []byte("coverage =")))
		}
		add(info+"RECORD", []byte(record.String()+info+"RECORD,,\n"))
		check(t, archive.Close())

		file := name + "-" + version + "-py3-none-any.whl"
		hash := fmt.Sprintf("sha256:%x", sha256.Sum256(out.Bytes()))
		f.files["/simple/"+strings.ReplaceAll(name, "_", "-")] = fmt.Appendf(nil, `<!DOCTYPE html><a href="/wheels/%s#%s">%[1]s</a>`, file, strings.Replace(hash, ":", "=", 1))
		f.files["/wheels/"+file] = out.Bytes()
		fmt.Fprintf(&locked, "%s==%s --hash=%s\n", name, version, hash)
	}
	return locked.String()
}

// addNode gives the feed a package of npm with one file.
func (f *feed) addNode(t *testing.T, name, source string) {
	t.Helper()
	about := map[string]any{"name": name, "version": "1.0.0", "main": "index.js"}
	description, err := json.Marshal(about)
	check(t, err)
	var out bytes.Buffer
	pressed := gzip.NewWriter(&out)
	archive := tar.NewWriter(pressed)
	for path, text := range map[string][]byte{"package/package.json": description, "package/index.js": []byte(source)} {
		check(t, archive.WriteHeader(&tar.Header{Name: path, Mode: 0o644, Size: int64(len(text))}))
		_, err := archive.Write(text)
		check(t, err)
	}
	check(t, archive.Close())
	check(t, pressed.Close())
	sum := sha256.Sum256(out.Bytes())
	short := sha1.Sum(out.Bytes())
	about["dist"] = map[string]any{
		"tarball": "http://" + f.address + "/" + name + "/-/package.tgz", "shasum": fmt.Sprintf("%x", short),
		"integrity": "sha256-" + base64.StdEncoding.EncodeToString(sum[:]),
	}
	listed, err := json.Marshal(map[string]any{"name": name, "dist-tags": map[string]string{"latest": "1.0.0"}, "versions": map[string]any{"1.0.0": about}})
	check(t, err)
	f.files["/"+name], f.files["/"+name+"/-/package.tgz"] = listed, out.Bytes()
}

// TestPrivateFeeds fetches packages that nobody gets without the password, with the real tools of two languages: they get
// it by the variables that the feed of the spec names, and runs without it leave the tests out and say so.
func TestPrivateFeeds(t *testing.T) {
	for name, c := range map[string]struct {
		needs, lock string
		files       func(*testing.T, *feed) map[string]string
	}{
		"npm": {"node", "NPM_TOKEN=" + feedToken + " npm install --package-lock-only", nodeWithFeed},
		"pip": {"python", "", pipWithFeed},
	} {
		t.Run(name, func(t *testing.T) {
			packages := newFeed(t)
			w := newProject(t, c.needs, c.files(t, packages))
			// What another test has fetched is not at hand.
			w.Variables = append(w.Variables, "npm_config_cache="+w.own("npm"), "PIP_NO_CACHE_DIR=1")
			w.lock(t, ".", c.lock)
			own := w.inside(t)
			own.Vars = map[string]string{"COMPANY_USER": feedUser}

			// A secret that is missing here is a mistake, and so is one that the feed does not take.
			missing := w.Run(t, own)
			missing.Want(t, "gate=failure test=failure")
			if want := "Not set: " + feedSecret + "."; !missing.Has("error", want) {
				t.Errorf("the run does not say %q: %+v", want, missing.Notes)
			}
			own.Secrets = map[string]string{feedSecret: "another"}
			w.Run(t, own).Want(t, "gate=failure test=failure")

			own.Secrets[feedSecret] = feedToken
			result := w.Run(t, own)
			result.Want(t, "build=success gate=success test=success")
			if jobs := w.saidBy(t, result, feedToken); len(jobs) > 0 {
				t.Errorf("the password is printed in %v", jobs)
			}

			left := w.Run(t, w.outside(t))
			left.Want(t, "build=success gate=success test=success")
			if want := "test has tested and built nothing: this run gets no secrets, and it needs " + feedSecret + "."; !left.Has("warning", want) {
				t.Errorf("the gate does not say %q: %+v", want, left.Notes)
			}
		})
	}
}

func nodeWithFeed(t *testing.T, packages *feed) map[string]string {
	packages.addNode(t, "@company/regions", "exports.region = (number) => number.split('-')[0];\n")
	return map[string]string{
		"pipeline.cue":  "feeds: company: {npm: \"NPM_TOKEN\", password: \"" + feedSecret + "\"}\ntest: node: {}\n",
		".npmrc":        "@company:registry=http://" + packages.address + "/\n//" + packages.address + "/:_authToken=${NPM_TOKEN}\n",
		"package.json":  `{"name": "orders", "private": true, "engines": {"node": ">=20"}, "scripts": {"test": "node --test"}, "dependencies": {"@company/regions": "1.0.0"}}` + "\n",
		"order.test.js": "require('node:assert').equal(require('@company/regions').region('eu-17'), 'eu');\n",
	}
}

func pipWithFeed(t *testing.T, packages *feed) map[string]string {
	locked := packages.addWheels(t, testWheels)
	return map[string]string{
		"pipeline.cue": "feeds: company: {python: \"company\", user: \"COMPANY_USER\", password: \"" + feedSecret + "\"}\n" +
			"test: python: {version: \"@python2@\", packageManager: \"pip\", package: \"orders\", requirements: [\"requirements.txt\"]}\n",
		"requirements.txt":    "--index-url http://${COMPANY_USERNAME}:${COMPANY_PASSWORD}@" + packages.address + "/simple\n" + locked,
		"orders/__init__.py":  "def region(number):\n    return number.split('-')[0]\n",
		"tests/test_order.py": "from orders import region\n\n\ndef test_region():\n    assert region('eu-17') == 'eu'\n",
	}
}
