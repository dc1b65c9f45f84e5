package detect

import (
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
)

// Docker is what a Dockerfile says about the image that it builds, its last stage.
type Docker struct {
	// Path is the Dockerfile in the folder.
	Path string
	// Ports are the TCP ports that it exposes, as written.
	Ports []int
	// User is its last USER, or "".
	User string
	// HealthPath and HealthPort are what an HTTP health check asks, or "" and 0.
	HealthPath string
	HealthPort int
	// Images are those that its stages start from, the one that ships first.
	Images []string
}

func findDocker(t tree) *Docker {
	name := t.first("Dockerfile", "Containerfile", "docker/Dockerfile", "build/Dockerfile", "deploy/Dockerfile")
	if name == "" {
		return nil
	}
	d := ParseDockerfile(t.text(name))
	d.Path = name
	return &d
}

// ParseDockerfile reads the text of a Dockerfile. What it does not understand it
// passes over.
func ParseDockerfile(text string) Docker {
	p := dockerParser{args: map[string]string{}, stages: map[string]*stage{}}
	for _, line := range instructions(text) {
		word, rest, _ := strings.Cut(line, " ")
		p.instruction(strings.ToUpper(word), strings.TrimSpace(rest))
	}
	if p.now == nil {
		return Docker{}
	}
	d := Docker{User: p.now.user, Ports: p.now.ports, Images: []string{p.now.image}}
	for _, image := range slices.Backward(p.images) {
		d.Images = append(d.Images, image)
	}
	d.HealthPath, d.HealthPort = healthURL(p.now.health)
	if port := p.now.env["PORT"]; len(d.Ports) == 0 && port != "" {
		d.Ports = tcpPorts(port)
	}
	if port := group(commandPort(), p.now.command); len(d.Ports) == 0 && port != "" {
		d.Ports = tcpPorts(port)
	}
	return d
}

// stage is one FROM and what follows it. A stage that starts from another one
// begins with all that it has.
type stage struct {
	image, user, health, command string
	ports                        []int
	env                          map[string]string
}

type dockerParser struct {
	args   map[string]string // before the first FROM
	stages map[string]*stage
	images []string
	now    *stage
}

func (p *dockerParser) instruction(word, rest string) {
	if word == "FROM" {
		p.from(rest)
		return
	}
	if p.now == nil {
		if word == "ARG" {
			name, value, _ := strings.Cut(rest, "=")
			p.args[name] = expand(unquote(value), p.args)
		}
		return
	}
	s := p.now
	switch word {
	case "ARG":
		name, value, given := strings.Cut(rest, "=")
		if !given {
			value = p.args[name]
		}
		if _, set := s.env[name]; !set {
			s.env[name] = expand(unquote(value), s.env)
		}
	case "ENV":
		// Values of one line do not see one another.
		before := maps.Clone(s.env)
		for name, value := range assignments(rest) {
			s.env[name] = expand(value, before)
		}
	case "EXPOSE":
		s.ports = append(s.ports, tcpPorts(expand(rest, s.env))...)
	case "USER":
		s.user = expand(unquote(rest), s.env)
	case "HEALTHCHECK":
		s.health = expand(rest, s.env)
	case "CMD", "ENTRYPOINT":
		s.command = expand(rest, s.env)
	}
}

func (p *dockerParser) from(rest string) {
	fields := strings.Fields(rest)
	for len(fields) > 0 && strings.HasPrefix(fields[0], "--") {
		fields = fields[1:]
	}
	if len(fields) == 0 {
		return
	}
	image := expand(fields[0], p.args)
	s := &stage{image: image, env: map[string]string{}}
	if base := p.stages[strings.ToLower(image)]; base != nil {
		*s = *base
		s.ports, s.env = slices.Clone(base.ports), maps.Clone(base.env)
	} else {
		p.images = append(p.images, image)
	}
	if len(fields) == 3 && strings.EqualFold(fields[1], "AS") {
		p.stages[strings.ToLower(fields[2])] = s
	}
	p.now = s
}

var heredoc = lazy.Regexp(`<<-?\s*["']?([A-Za-z_][A-Za-z0-9_]*)["']?`)

// instructions returns the logical lines: continuations joined, comments and the
// bodies of here-documents left out.
func instructions(text string) []string {
	var out []string
	var open strings.Builder
	end := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if end != "" {
			if line == end {
				end = ""
			}
			continue
		}
		if strings.HasPrefix(line, "#") || line == "" {
			continue
		}
		if more, ok := strings.CutSuffix(line, "\\"); ok {
			open.WriteString(more + " ")
			continue
		}
		open.WriteString(line)
		joined := open.String()
		open.Reset()
		switch word, _, _ := strings.Cut(strings.ToUpper(joined), " "); word {
		case "RUN", "COPY", "ADD":
			end = group(heredoc(), joined)
		}
		out = append(out, strings.ReplaceAll(joined, "\t", " "))
	}
	return out
}

var variable = lazy.Regexp(`\$(?:([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\})`)

// expand replaces the variables whose values are known.
func expand(text string, env map[string]string) string {
	return variable().ReplaceAllStringFunc(text, func(whole string) string {
		m := variable().FindStringSubmatch(whole)
		switch v := env[m[1]+m[2]]; {
		case v != "":
			// A value that refers to itself must not grow without end.
			return v[:min(len(v), 200)]
		case m[3] != "":
			return m[3]
		}
		return whole
	})
}

func unquote(s string) string {
	if len(s) >= 2 && (s[0] == '"' || s[0] == '\'') && s[len(s)-1] == s[0] {
		return s[1 : len(s)-1]
	}
	return s
}

// assignments reads NAME=VALUE NAME=VALUE, or the old form NAME VALUE.
func assignments(rest string) map[string]string {
	out := map[string]string{}
	name, value, _ := strings.Cut(rest, " ")
	if !strings.Contains(name, "=") {
		out[name] = unquote(strings.TrimSpace(value))
		return out
	}
	for _, field := range strings.Fields(rest) {
		if name, value, ok := strings.Cut(field, "="); ok {
			out[name] = unquote(value)
		}
	}
	return out
}

func tcpPorts(text string) []int {
	var out []int
	for _, field := range strings.Fields(text) {
		number, protocol, _ := strings.Cut(strings.ToLower(unquote(field)), "/")
		number, _, _ = strings.Cut(number, "-")
		port, err := strconv.Atoi(number)
		if err == nil && port > 0 && port <= 65535 && (protocol == "" || protocol == "tcp") {
			out = append(out, port)
		}
	}
	return out
}

var (
	localURL    = lazy.Regexp(`https?://(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])(?::([0-9]{1,5}))?(/[A-Za-z0-9_./~-]*)?`)
	commandPort = lazy.Regexp(`(?:--port[= ",]+|--bind[= ",]+[0-9.]*:|-b[ ",]+[0-9.]*:)([0-9]{2,5})\b`)
)

// healthURL finds the path and port that a health check asks on the container
// itself.
func healthURL(command string) (at string, port int) {
	m := localURL().FindStringSubmatch(command)
	if m == nil {
		return "", 0
	}
	port, _ = strconv.Atoi(m[1])
	if at = m[2]; at == "" {
		at = "/"
	}
	return at, port
}

var leadingVersion = lazy.Regexp(`^([0-9]+(?:\.[0-9]+)*)`)

// Version returns the version in the tag of the first image with one of the names,
// such as 3.11 of docker.io/library/python:3.11-slim, or "".
func (d *Docker) Version(names ...string) string {
	if d == nil {
		return ""
	}
	for _, image := range d.Images {
		name, tag := imageTag(image)
		if v := group(leadingVersion(), tag); v != "" && slices.Contains(names, name) {
			return v
		}
	}
	return ""
}

// imageTag splits a reference into the last part of its name and its tag.
func imageTag(image string) (name, tag string) {
	image, _, _ = strings.Cut(image, "@")
	name, tag, _ = strings.Cut(path.Base(image), ":")
	return name, tag
}
