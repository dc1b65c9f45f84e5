package guess

import (
	"fmt"
	"path"
	"slices"
	"strconv"

	"github.com/pipegen/pipegen/internal/onramp/detect"
	"github.com/pipegen/pipegen/internal/onramp/draft"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// Port guesses the port that the program listens on: that of the Dockerfile or a compose file, or else the usual one.
func Port(f detect.Project) draft.Setting {
	usual := 8080
	switch {
	case f.Python != nil:
		usual = 8000
	case toolchain(f) == "node" || toolchain(f) == "ruby":
		usual = 3000
	}
	s := draft.Setting{Value: usual, Note: "the port is a guess: the Dockerfile exposes none", Spare: 8080, Why: "the port is a guess"}
	switch d, c := f.Docker, f.Composed; {
	case c != nil && c.Port != 0 && (d == nil || len(d.Ports) == 0 && d.HealthPort == 0):
		s.Value, s.Note = c.Port, "the port is that of "+c.File
	case d == nil:
		s.Note = "the port is a guess: there is no Dockerfile"
	case len(d.Ports) > 0:
		s.Value, s.Note, s.Spare = d.Ports[0], "", usual
		s.Why = fmt.Sprintf("the Dockerfile exposes %d, which is no port", d.Ports[0])
		if rest := slices.Compact(slices.Clone(d.Ports)); len(rest) > 1 {
			s.Note = fmt.Sprintf("the Dockerfile exposes %d as well", rest[1])
		}
	case d.HealthPort != 0:
		s.Value, s.Note = d.HealthPort, "the port is that of the Dockerfile's health check"
	}
	return s
}

// Readiness guesses the path that answers once a pod is ready: that of a health check, a route that the
// source has, or else the usual one.
func Readiness(f detect.Project) draft.Setting {
	s := draft.Setting{Value: "/health", Note: "the path is a guess: the source shows no route of a usual name", Spare: "/health", Why: "the path is a guess"}
	switch {
	case f.Docker != nil && f.Docker.HealthPath != "":
		s.Value, s.Note = f.Docker.HealthPath, ""
	case f.Composed != nil && f.Composed.HealthPath != "":
		s.Value, s.Note = f.Composed.HealthPath, ""
	case servesFiles(f):
		s.Value, s.Note = "/", "the path is a guess: the image serves files, and its web server answers here"
	case f.Ready != nil:
		s.Value, s.Note = f.Ready.Path, below(f.Ready)
	}
	return s
}

// servers are images that serve files, so that no route of the source is one of the container's.
var servers = []string{"nginx", "nginx-unprivileged", "httpd", "caddy", "static-web-server"}

func servesFiles(f detect.Project) bool {
	return f.Docker != nil && len(f.Docker.Bases) > 0 && slices.Contains(servers, path.Base(pipeline.ParseImage(f.Docker.Bases[0].Image).Name))
}

// below says of a route that another path may come before it.
func below(r *detect.Route) string {
	if !r.Below {
		return ""
	}
	return fmt.Sprintf("so says %.100s:%d, a part of the program: write what its path begins with before it", r.File, r.Line)
}

// liveness is the route that says whether the program lives, where the source has one of its own.
func liveness(f detect.Project) draft.Setting {
	if f.Live == nil || servesFiles(f) {
		return draft.Setting{}
	}
	return draft.Setting{Value: f.Live.Path, Note: below(f.Live)}
}

const usualUser = 10001

// user takes the image's user if it is a number: otherwise the pod runs as 10001, and cannot read files that only the
// image's user may read.
func user(f detect.Project, s draft.Settings) {
	if f.Docker == nil {
		return
	}
	user, group, ok := f.Docker.Numbers()
	if !ok || user == 0 {
		said := "names no USER"
		if f.Docker.User != "" {
			said = "says USER " + strconv.Quote(fmt.Sprintf("%.40s", f.Docker.User))
		}
		s["user"] = draft.Setting{Value: usualUser, Note: "the Dockerfile " + said + ", and the pod runs as this user: let the image do so as well"}
		return
	}
	if user == usualUser && group == usualUser {
		return
	}
	s["user"] = draft.Setting{Value: user, Spare: usualUser, Why: fmt.Sprintf("the Dockerfile says USER %d, and the pod needs one from 1 to 65535", user)}
	s["group"] = draft.Setting{Value: group, Spare: usualUser, Why: fmt.Sprintf("the group %d of the Dockerfile is not one from 1 to 65535", group)}
}

func buildFile(f detect.Project, s draft.Settings) {
	file := draft.Setting{Value: "Dockerfile", Note: "there is no Dockerfile yet"}
	if f.Docker != nil {
		file = draft.Setting{Value: f.Docker.Path}
	}
	if f.Subfolder != "." {
		file.Value = path.Join(f.Subfolder, file.Value.(string))
		s["context"] = draft.Setting{Value: f.Subfolder, Spare: ".", Why: "the folder's name cannot be written here"}
	}
	file.Spare, file.Why = "Dockerfile", "the path of the Dockerfile cannot be written here"
	s["dockerfile"] = file
}

func memory(f detect.Project, s draft.Settings) {
	s["memoryRequest"], s["memoryLimit"] = draft.Setting{Value: "128Mi"}, draft.Setting{Value: "256Mi"}
	if toolchain(f) == "java" {
		s["memoryRequest"], s["memoryLimit"] = draft.Setting{Value: "512Mi"}, draft.Setting{Value: "768Mi"}
	}
}
