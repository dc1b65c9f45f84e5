package main

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/pipegen/pipegen/internal/detect"
)

var (
	// imageRuns are the characters, and runs of separators, that a part of an
	// image's name cannot have.
	imageRuns = regexp.MustCompile(`[^a-z0-9._-]+|\.[._-]+|_(?:[.-][._-]*|_[._-]+)|-+[._][._-]*`)
	nameRuns  = regexp.MustCompile(`[^a-z0-9]+`)
)

// guess fills in what the facts tell about everything but the tests.
func guess(f detect.Facts) settings {
	s := settings{}
	s["name"] = guessName(f)
	s["repository"] = guessRepository(f)
	s["branch"] = guessBranch(f)
	s["gitops"] = setting{check: "the name of the GitOps repository is a guess", spare: "OWNER/gitops", why: "the GitOps repository is not known"}
	s["namespace"] = setting{check: "the namespace is a guess", spare: "app", why: "the namespace is a guess"}
	s["port"] = guessPort(f)
	s["readiness"] = guessReadiness(f)
	guessUser(f, s)
	guessDockerfile(f, s)
	guessMemory(f, s)
	if len(f.Workflows) > 0 {
		var names []string
		for _, w := range f.Workflows {
			if !w.Ours {
				names = append(names, path.Base(w.Path))
			}
		}
		if len(names) > 0 {
			s["workflows"] = setting{value: strings.Join(names, ", ")}
		}
	}
	return s
}

func guessName(f detect.Facts) setting {
	from := f.Folder
	if f.Remote != nil && f.Subfolder == "." {
		from = path.Base(f.Remote.Repository)
	}
	name := strings.Trim(nameRuns.ReplaceAllString(strings.ToLower(from), "-"), "-")
	name = strings.TrimLeft(name, "-0123456789")
	name = strings.TrimRight(name[:min(len(name), 40)], "-")
	s := setting{value: name, spare: "app", why: "the folder gives no name for the pipeline"}
	if f.Remote == nil {
		s.check = "the name is that of the folder"
	}
	return s
}

func guessRepository(f detect.Facts) setting {
	s := setting{spare: "OWNER/app", why: "the remote origin names no OWNER/NAME of GitHub"}
	switch {
	case f.Remote == nil:
		s.value = "OWNER/" + strings.ToLower(f.Folder)
		s.check = "there is no remote origin: write the OWNER/NAME of the GitHub repository"
		s.why = s.check
	case !f.Remote.OnGitHub():
		s.value = f.Remote.Repository
		s.check = fmt.Sprintf("origin is on %.60s, and what pipegen writes works on github.com", f.Remote.Host)
	default:
		s.value = f.Remote.Repository
	}
	return s
}

func guessBranch(f detect.Facts) setting {
	s := setting{value: f.Branch, spare: "main", why: "the default branch is a guess"}
	if f.Branch == "" {
		s.value = "main"
	}
	if !f.BranchSure {
		s.check = s.why
	}
	return s
}

// guessPort goes by the Dockerfile, and otherwise by what is usual.
func guessPort(f detect.Facts) setting {
	usual := 8080
	switch {
	case f.Python != nil:
		usual = 8000
	case f.Node != nil && f.Go == nil && f.Java == nil && f.Rust == nil:
		usual = 3000
	}
	s := setting{value: usual, check: "the port is a guess: the Dockerfile exposes none", spare: 8080, why: "the port is a guess"}
	switch d := f.Docker; {
	case d == nil:
		s.check = "the port is a guess: there is no Dockerfile"
	case len(d.Ports) > 0:
		s.value, s.check, s.spare = d.Ports[0], "", usual
		s.why = fmt.Sprintf("the Dockerfile exposes %d, and ports below 1024 are kept for root", d.Ports[0])
		if rest := slices.Compact(slices.Clone(d.Ports)); len(rest) > 1 {
			s.check = fmt.Sprintf("the Dockerfile exposes %d as well", rest[1])
		}
	case d.HealthPort != 0:
		s.value, s.check = d.HealthPort, "the port is that of the Dockerfile's health check"
	}
	return s
}

func guessReadiness(f detect.Facts) setting {
	s := setting{value: "/health", check: "the path is a guess", spare: "/health", why: "the path is a guess"}
	if f.Docker != nil && f.Docker.HealthPath != "" {
		s.value, s.check = f.Docker.HealthPath, ""
	}
	return s
}

// usualUser is the user and group that a pod runs as when the spec names none.
const usualUser = 10001

var userAndGroup = regexp.MustCompile(`^([0-9]{1,9})(?::([0-9]{1,9}))?$`)

// guessUser takes over the image's user where it has the number of one: the pod
// runs as 10001 otherwise, and files that only the image's user may read would
// stay closed to it.
func guessUser(f detect.Facts, s settings) {
	if f.Docker == nil {
		return
	}
	m := userAndGroup.FindStringSubmatch(f.Docker.User)
	if m == nil {
		said := "names no USER"
		if f.Docker.User != "" {
			said = "says USER " + strconv.Quote(fmt.Sprintf("%.40s", f.Docker.User))
		}
		s["user"] = setting{value: usualUser, check: "the Dockerfile " + said + ", and the pod runs as this user: let the image do so as well"}
		return
	}
	user, _ := strconv.Atoi(m[1])
	group, err := strconv.Atoi(m[2])
	if err != nil {
		group = user
	}
	if user == usualUser && group == usualUser {
		return
	}
	s["user"] = setting{value: user, spare: usualUser, why: fmt.Sprintf("the Dockerfile says USER %d, and the pod needs one from 10001 to 65535", user)}
	s["group"] = setting{value: group, spare: usualUser, why: fmt.Sprintf("the group %d of the Dockerfile is not one from 10001 to 65535", group)}
}

func guessDockerfile(f detect.Facts, s settings) {
	file := setting{value: "Dockerfile", check: "there is no Dockerfile yet"}
	if f.Docker != nil {
		file = setting{value: f.Docker.Path}
	}
	if f.Subfolder != "." {
		file.value = path.Join(f.Subfolder, file.value.(string))
		s["context"] = setting{value: f.Subfolder, spare: ".", why: "the folder's name cannot be written here"}
	}
	file.spare, file.why = "Dockerfile", "the path of the Dockerfile cannot be written here"
	s["dockerfile"] = file
}

func guessMemory(f detect.Facts, s settings) {
	s["memoryRequest"], s["memoryLimit"] = setting{value: "128Mi"}, setting{value: "256Mi"}
	if toolchain(f) == "java" {
		s["memoryRequest"], s["memoryLimit"] = setting{value: "512Mi"}, setting{value: "768Mi"}
	}
}

// toolchain is the one that the tests run with. Several may be there: that of the
// image that ships comes first, and a package.json last, which often serves the
// tools of another language.
func toolchain(f detect.Facts) string {
	found := toolchains(f)
	for _, t := range found {
		if f.Docker.Version(shipsWith[t]...) != "" {
			return t
		}
	}
	if len(found) == 0 {
		return ""
	}
	return found[0]
}

var shipsWith = map[string][]string{
	"python": {"python", "uv"}, "go": {"golang"}, "java": {"eclipse-temurin", "openjdk", "amazoncorretto"},
	"rust": {"rust"}, "node": {"node"},
}

func toolchains(f detect.Facts) []string {
	var out []string
	for _, t := range []struct {
		name  string
		found bool
	}{{"python", f.Python != nil}, {"go", f.Go != nil}, {"java", f.Java != nil}, {"rust", f.Rust != nil}, {"node", f.Node != nil}} {
		if t.found {
			out = append(out, t.name)
		}
	}
	return out
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// known is a value, or else another one that is marked as a guess.
func known(value, otherwise, check string) setting {
	s := setting{value: cmp.Or(value, otherwise), spare: otherwise, why: check}
	if value == "" {
		s.check = check
	}
	return s
}
