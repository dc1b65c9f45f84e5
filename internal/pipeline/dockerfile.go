package pipeline

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/command"
	dockerparser "github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"

	"github.com/pipegen/pipegen/internal/lazy"
)

// Dockerfile is what a Dockerfile says about the image that it builds, its last stage. Lines count from 1, and are 0 where
// nothing is said.
type Dockerfile struct {
	// Path is the Dockerfile.
	Path string
	// Fault is why docker refuses it, "" where it does not, as far as its instructions say.
	Fault     string
	FaultLine int
	// Ports are the TCP ports that it exposes, in the order in which it does.
	Ports    []int
	PortLine int
	// User is its last USER, or "".
	User     string
	UserLine int
	// HealthPath and HealthPort are what an HTTP health check asks, or "" and 0.
	HealthPath string
	HealthPort int
	// Starts reports a command or an entry point of its own.
	Starts bool
	// Bases are those that its stages start from, the one that ships first.
	Bases []DockerBase
	// Copies are what it copies from its context.
	Copies []DockerCopy
	// users are those that it makes, by name, with their numbers.
	users map[string]string
	// Mounts are the secrets and keys that its instructions mount, in all stages.
	Mounts []DockerMount
}

// DockerBase is an image in a FROM.
type DockerBase struct {
	Image string
	Line  int
}

// DockerCopy is a file or folder of the context, or a pattern of them, as COPY and ADD name it.
type DockerCopy struct {
	Source string
	Line   int
}

// stage is one FROM and what follows it. A stage that starts from another one begins with all that it has.
type stage struct {
	base               DockerBase
	user, health, runs string
	userLine, portLine int
	ports              []int
	env                variables
	users              map[string]string
}

type dockerReader struct {
	lex    *shell.Lex
	args   variables // before the first FROM
	stages map[string]*stage
	bases  []DockerBase
	now    *stage
}

// refuse notes the first fault.
func (d *Dockerfile) refuse(line int, format string, args ...any) {
	if d.Fault == "" {
		d.Fault, d.FaultLine = fmt.Sprintf(format, args...), line
	}
}

// ParseDockerfile reads the text of a Dockerfile. Of one that is no list of instructions, only the path is known.
func ParseDockerfile(path, text string) Dockerfile {
	image := Dockerfile{Path: path}
	file, err := dockerparser.Parse(strings.NewReader(text))
	if err != nil {
		line := 1
		if at := (*dockerparser.LocationError)(nil); errors.As(err, &at) && len(at.Locations) > 0 && len(at.Locations[0]) > 0 {
			line = max(line, at.Locations[0][0].Start.Line)
		}
		image.refuse(line, "%s", err)
		return image
	}
	// Another frontend may have instructions of its own.
	syntax, _, _, ok := dockerparser.DetectSyntax([]byte(text))
	frontend := ok && !strings.Contains(syntax, "docker/dockerfile")
	r := dockerReader{lex: shell.NewLex(file.EscapeToken), args: variables{}, stages: map[string]*stage{}}
	for _, line := range file.AST.Children {
		word, args := strings.ToUpper(line.Value), words(line.Next)
		if _, known := command.Commands[strings.ToLower(line.Value)]; !known && !frontend {
			image.refuse(line.StartLine, "there is no instruction %s", line.Value)
		}
		r.instruction(word, args, line.StartLine)
		if r.now == nil && word != "ARG" && !frontend {
			image.refuse(line.StartLine, "%s comes before the first FROM", word)
		}
		if r.now != nil && (word == "COPY" || word == "ADD") && !fromElsewhere(line.Flags) {
			image.Copies = append(image.Copies, r.copies(args, line.StartLine)...)
		}
		image.Mounts = append(image.Mounts, mounts(line.Flags, line.StartLine)...)
	}
	s := r.now
	if s == nil {
		image.refuse(1, "it has no FROM")
		return image
	}
	image.User, image.UserLine, image.Ports, image.PortLine = s.user, s.userLine, s.ports, s.portLine
	image.Bases, image.users = []DockerBase{s.base}, s.users
	for _, b := range slices.Backward(r.bases) {
		if b != s.base {
			image.Bases = append(image.Bases, b)
		}
	}
	image.Starts = s.runs != ""
	image.HealthPath, image.HealthPort = HealthURL(s.health)
	for _, port := range []string{s.env["PORT"], group(commandPort(), s.runs)} {
		if len(image.Ports) == 0 {
			image.Ports = tcpPorts(port)
		}
	}
	return image
}

func words(n *dockerparser.Node) []string {
	var out []string
	for ; n != nil; n = n.Next {
		out = append(out, n.Value)
	}
	return out
}

func (r *dockerReader) instruction(word string, args []string, line int) {
	s := r.now
	switch {
	case len(args) == 0:
		return
	case word == "FROM":
		r.from(args, line)
		return
	case s == nil && word == "ARG":
		for _, arg := range args {
			name, value, _ := strings.Cut(arg, "=")
			r.args[name] = r.expand(value, r.args)
		}
	}
	if s == nil {
		return
	}
	all := strings.Join(args, " ")
	switch word {
	case "ARG":
		for _, arg := range args {
			name, value, given := strings.Cut(arg, "=")
			if !given {
				value = r.args[name]
			}
			if _, set := s.env[name]; !set {
				s.env[name] = r.expand(value, s.env)
			}
		}
	case "ENV":
		// Values of one line do not see one another. The parser gives name, value and sign.
		before := maps.Clone(s.env)
		for pair := range slices.Chunk(args, 3) {
			s.env[pair[0]] = r.expand(pair[1], before)
		}
	case "EXPOSE":
		s.ports = append(s.ports, tcpPorts(r.expand(all, s.env))...)
		s.portLine = line
	case "USER":
		s.user, s.userLine = cmp.Or(r.expand(all, s.env), all), line
	case "HEALTHCHECK":
		s.health = r.expand(all, s.env)
	case "RUN":
		maps.Copy(s.users, usersOf(r.expand(all, s.env)))
	case "CMD", "ENTRYPOINT":
		s.runs = r.expand(all, s.env)
	}
}

// fromElsewhere reports whether a COPY takes its files from another stage or image.
func fromElsewhere(flags []string) bool {
	return slices.ContainsFunc(flags, func(f string) bool { return strings.HasPrefix(f, "--from=") })
}

// copies are the sources of a COPY or ADD, whose last word is where they go. An address, a text of its own, and what
// cannot be expanded are none; nor is a pattern beside another source, which need not match anything.
func (r *dockerReader) copies(args []string, line int) []DockerCopy {
	var out []DockerCopy
	for _, arg := range args[:max(len(args)-1, 0)] {
		source := r.expand(arg, r.now.env)
		if strings.ContainsAny(source, "*?[") && len(args) > 2 {
			continue
		}
		if source != "" && !strings.Contains(source, "$") && !strings.Contains(source, "://") && !strings.HasPrefix(source, "<<") && !strings.HasPrefix(source, "git@") {
			out = append(out, DockerCopy{source, line})
		}
	}
	return out
}

func (r *dockerReader) from(args []string, line int) {
	base := DockerBase{cmp.Or(r.expand(args[0], r.args), args[0]), line}
	s := &stage{base: base, env: variables{}, users: map[string]string{}}
	if before := r.stages[strings.ToLower(base.Image)]; before != nil {
		*s = *before
		s.ports, s.env, s.users = slices.Clone(before.ports), maps.Clone(before.env), maps.Clone(before.users)
	} else {
		r.bases = append(r.bases, base)
	}
	if len(args) == 3 && strings.EqualFold(args[1], "AS") {
		r.stages[strings.ToLower(args[2])] = s
	}
	r.now = s
}

// variables are those whose values are known.
type variables map[string]string

func (v variables) Get(name string) (string, bool) { return v[name], v[name] != "" }
func (v variables) Keys() []string                 { return slices.Collect(maps.Keys(v)) }

// maxDockerValue bounds what a variable holds: one that refers to itself must not grow without end.
const maxDockerValue = 200

// expand takes quotes away and replaces variables, by nothing where they have no value.
func (r *dockerReader) expand(text string, known variables) string {
	expanded, _, err := r.lex.ProcessWord(text, known)
	if err != nil {
		return text
	}
	return expanded[:min(len(expanded), max(len(text), maxDockerValue))]
}

func tcpPorts(text string) []int {
	var out []int
	for _, field := range strings.Fields(text) {
		number, protocol, _ := strings.Cut(strings.ToLower(field), "/")
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
	commandPort = lazy.Regexp(`(?:--port[= ]+|--bind[= ]+[0-9.]*:|-b[ ]+[0-9.]*:)([0-9]{2,5})\b`)
)

// HealthURL finds the path and port that a health check asks on the container itself.
func HealthURL(command string) (at string, port int) {
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

func group(re *regexp.Regexp, text string) string {
	if m := re.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}
