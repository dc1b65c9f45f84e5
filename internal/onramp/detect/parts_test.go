package detect

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// written returns a folder with files, each "NAME: TEXT".
func written(t *testing.T, files ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range files {
		name, text, _ := strings.Cut(f, ": ")
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// found says what was found in few words.
func found(f Project) string {
	var out []string
	for _, p := range f.Parts {
		out = append(out, fmt.Sprintf("%s of %s in %s", p.Name, p.Dockerfile, p.Project.Subfolder))
	}
	for _, p := range f.Processes {
		kind := "service"
		switch {
		case p.First:
			kind = "first"
		case p.Worker:
			kind = "worker"
		}
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s/%d %d %s", kind, p.Name, p.Part, p.Port, strings.Join(append(p.Command, p.Args...), " "))))
	}
	for _, b := range f.Beside {
		out = append(out, "beside "+b.Name)
	}
	for _, file := range f.Dockerfiles {
		out = append(out, "left "+file)
	}
	return strings.Join(out, "\n")
}

func TestParts(t *testing.T) {
	const from = "FROM scratch\n"
	for _, c := range []struct {
		name  string
		files []string
		want  string
	}{
		{"one program", []string{"Dockerfile: " + from, "Procfile: web: app"}, ""},
		{"folders", []string{"api/Dockerfile: " + from, "services/mail/Dockerfile: " + from, "examples/x/Dockerfile: " + from, ".devcontainer/Dockerfile: " + from, "a/b/c/d/Dockerfile: " + from},
			"api of api/Dockerfile in api\nmail of services/mail/Dockerfile in services/mail\nservice api/0 0\nservice mail/1 0"},
		{"one folder", []string{"app/Dockerfile: " + from}, "app of app/Dockerfile in app\nservice app/0 0"},
		{"others beside the root", []string{"Dockerfile: " + from, "web/Dockerfile: " + from, "docker/Dockerfile: " + from}, "left docker/Dockerfile\nleft web/Dockerfile"},
		{"a Procfile", []string{"Dockerfile: " + from, "Procfile: # what runs\nweb: bin/web\nwork: A=1 bin/work\nrelease: bin/migrate all\nbroken\n"},
			"service web/0 0 bin/web\nworker work/0 0 sh -c A=1 bin/work\nfirst release/0 0 bin/migrate all"},
		{"a compose file", []string{"Dockerfile: " + from, "api/Dockerfile: " + from + "EXPOSE 9000\n", "compose.yml: " + `
services:
  api: {build: ./api}
  web: {build: {context: ., target: prod}, ports: ["127.0.0.1:80:3000/tcp"], command: serve --all}
  work: {build: {context: .}, entrypoint: [app, work]}
  db: {image: "postgres:17", ports: [5432]}
  tests: {build: ., profiles: [test]}
  gone: {build: ./nowhere}
  outside: {build: ../outside}
`}, "api of api/Dockerfile in api\nweb of Dockerfile in .\nwork of Dockerfile in .\nservice api/0 9000\nservice web/1 3000 serve --all\nworker work/2 0 app work\nbeside db"},
		{"processes of one build", []string{"app/Dockerfile: " + from, "docker-compose.yaml: services: {web: {build: app, expose: [8000]}, work: {build: {context: ./app}, command: [app, work]}}"},
			"web of app/Dockerfile in app\nservice web/0 8000\nworker work/0 0 app work"},
		{"a Dockerfile apart from its program", []string{"go.mod: module x\n", "build/app/Dockerfile: " + from + "COPY go.* ./\nCOPY . .\n"}, "app of build/app/Dockerfile in .\nservice app/0 0"},
		{"one that sees its folder", []string{"go.mod: module x\n", "web/Dockerfile: " + from + "COPY site /\n", "web/site/x: x"}, "web of web/Dockerfile in web\nservice web/0 0"},
		{"one that a compose file builds", []string{"go.mod: module x\n", "cmd/x/Dockerfile: " + from + "COPY x /\n", "compose.yaml: services: {x: {build: {context: ., dockerfile: cmd/x/Dockerfile}}}", "cmd/x/x: x"},
			"x of cmd/x/Dockerfile in .\nservice x/0 0"},
		{"one that a workflow builds", []string{"go.mod: module x\n", "docker/app.Dockerfile: " + from, ".github/workflows/x.yaml: jobs: {x: {steps: [{uses: docker/build-push-action@v6, with: {file: ./docker/app.Dockerfile, target: app}}]}}"},
			"docker of docker/app.Dockerfile in .\nservice docker/0 0"},
		{"no YAML", []string{"Dockerfile: " + from, "compose.yaml: \t{"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := Look(written(t, c.files...))
			if got := found(f); err != nil || got != c.want {
				t.Errorf("%v, found\n%s\nwant\n%s", err, got, c.want)
			}
		})
	}
}

// TestComposed: a compose file says of the only program of a repository where it listens and what a health check asks,
// also where it runs the image that is published.
func TestComposed(t *testing.T) {
	for compose, want := range map[string]string{
		"{web: {build: ., ports: ['80:8080'], healthcheck: {test: [CMD, curl, 'http://localhost:8080/up']}}, db: {image: postgres}}": "8080 /up",
		"{web: {image: 'ghcr.io/Acme/Shop:latest', healthcheck: {test: curl http://localhost/up}}}":                                  "0 /up",
		"{web: {build: .}, work: {build: .}}": "",
		"{db: {image: postgres}}":             "",
	} {
		dir := written(t, "compose.yaml: services: "+strings.ToLower(compose))
		git(t, dir, "init", "--quiet")
		git(t, dir, "remote", "add", "origin", "https://github.com/Acme/Shop.git")
		f, err := Look(dir)
		got := ""
		if c := f.Composed; c != nil {
			got = fmt.Sprint(c.Port, " ", c.HealthPath)
		}
		if err != nil || got != want || strings.Contains(found(f), "beside web") {
			t.Errorf("%s: %v, read %q, want %q, and found %s", compose, err, got, want, found(f))
		}
	}
}

func FuzzProcesses(f *testing.F) {
	f.Add("services: {web: {build: ., ports: ['80', {target: 3}], command: a b}}", "web: a\nrelease: b")
	f.Fuzz(func(t *testing.T, compose, procfile string) {
		if _, err := Look(written(t, "Dockerfile: FROM scratch", "compose.yaml: "+compose, "Procfile: "+procfile)); err != nil {
			t.Fatal(err)
		}
	})
}
