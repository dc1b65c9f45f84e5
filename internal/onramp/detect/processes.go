package detect

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// Process is something that runs.
type Process struct {
	Name string
	// Part is the index of the program that it runs.
	Part int
	// Command takes the place of the image's own entry point, and Args that of its arguments.
	Command, Args []string
	// Port is the one that it listens on; 0 if none is named.
	Port int
	// Worker reports that nobody calls it, and First that it runs once, before the others.
	Worker, First bool
	// From is the file that says so, "" for a Dockerfile.
	From string
}

// processes reads a Procfile: web is called by others, and release runs before each deploy.
func processes(t tree) []Process {
	var out []Process
	for line := range strings.Lines(t.text("Procfile")) {
		name, command, ok := strings.Cut(strings.TrimSpace(line), ":")
		if command = strings.TrimSpace(command); ok && command != "" && !strings.HasPrefix(name, "#") {
			out = append(out, Process{Name: name, Command: split(command), Worker: name != "web", First: name == "release", From: "Procfile"})
		}
	}
	return out
}

// split returns the words of a plain command. Another one needs a shell.
func split(command string) []string {
	if strings.ContainsAny(command, "'\"$`|&;<>(){}[]\\*?~#!\n") || strings.Contains(strings.SplitN(command, " ", 2)[0], "=") {
		return []string{"sh", "-c", strings.TrimSpace(command)}
	}
	return strings.Fields(command)
}

// compose reads a compose file: the programs that it builds, which it adds to the project, and what runs. Services that
// only some profiles start are for development. What it does not build is named beside.
func (f *Project) compose(t tree) []Process {
	name := t.first("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
	doc := pipeline.Parse(artifact.File{Root: artifact.Code, Path: name, Content: []byte(t.text(name))}, name).Doc()
	var out []Process
	parts := map[string]int{}
	composed, own := 0, "/"+strings.ToLower(f.source())
	for id, s := range doc.Get("services").Pairs() {
		build, image := s.Get("build"), s.Get("image").Text()
		// A service may run the image of the repository, as it is published, in place of building it.
		ours := !s.Get("profiles").OK() && (build.OK() || len(own) > 1 && strings.HasSuffix("/"+pipeline.ParseImage(image).Name, own))
		if ours {
			composed++
			test := s.Get("healthcheck", "test")
			asked, _ := pipeline.HealthURL(strings.Join(append(test.List(), test.Text()), " "))
			f.Composed = &Composed{name, asked, port(s)}
		}
		switch {
		case s.Get("profiles").OK():
			continue
		case !build.OK():
			if !ours {
				f.Beside = append(f.Beside, Beside{id, image, port(s)})
			}
			continue
		}
		context, file := build.Text(), "Dockerfile"
		if build.IsMap() {
			context = build.Get("context").Text()
			if n := build.Get("dockerfile"); n.OK() {
				file = n.Text()
			}
		}
		context = path.Join(".", context)
		file, target := path.Join(context, file), build.Get("target").Text()
		key := context + " " + file + " " + target
		at, known := parts[key]
		if !known {
			p, ok := f.part(t, id, context, file, target)
			if !ok || len(f.Parts) == mostParts {
				continue
			}
			at = len(f.Parts)
			parts[key], f.Parts = at, append(f.Parts, p)
		}
		p := Process{Name: id, Part: at, Command: list(s.Get("entrypoint")), Args: list(s.Get("command")), Port: port(s), From: name}
		if exposes := f.Parts[at].Project.Docker.Ports; p.Port == 0 && len(exposes) > 0 && p.Command == nil && p.Args == nil {
			p.Port = exposes[0]
		}
		p.Worker = p.Port == 0
		out = append(out, p)
	}
	if composed > 1 {
		f.Composed = nil
	}
	return out
}

// Composed is what a compose file says of a program: the port of its container and the path that a health check asks, 0
// and "" where it says none.
type Composed struct {
	File, HealthPath string
	Port             int
}

// Beside is a service of a compose file that is not built here.
type Beside struct {
	Name, Image string
	Port        int
}

// list is a command: one text, or its words.
func list(n pipeline.Node) []string {
	if text := n.Text(); text != "" {
		return split(text)
	}
	return n.List()
}

// port is the first port of a container that a service publishes or exposes, 0 for none.
func port(s pipeline.Node) int {
	for _, n := range slices.Concat(s.Get("ports").Items(), s.Get("expose").Items()) {
		text := n.Text()
		if n.IsMap() {
			text = n.Get("target").Text()
		}
		text, _, _ = strings.Cut(text[strings.LastIndex(text, ":")+1:], "/")
		if p, err := strconv.Atoi(text); err == nil && p > 0 && p <= 65535 {
			return p
		}
	}
	return 0
}
