package guess

import (
	"testing"

	"github.com/pipegen/pipegen/internal/onramp/detect"
	"github.com/pipegen/pipegen/internal/onramp/draft"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// TestToolchain has several toolchains in one repository: the image decides, and
// else the language that does not only serve tools.
func TestToolchain(t *testing.T) {
	python, golang, node := &detect.Python{Manager: "uv", Locked: true}, &detect.Go{}, &detect.Node{Manager: "npm"}
	for _, c := range []struct {
		name         string
		project      detect.Project
		test, others string
	}{
		{"none", detect.Project{}, "test-unknown", ""},
		{"one", detect.Project{Go: golang}, "test-go", ""},
		{"with the tools of another", detect.Project{Go: golang, Node: node}, "test-go", "node"},
		{"by the image", detect.Project{Python: python, Node: node, Docker: &pipeline.Dockerfile{Bases: []pipeline.DockerBase{{Image: "node:24"}}}}, "test-node", "python"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.project.Subfolder = "."
			s := draft.Settings{}
			test, _ := Tests(c.project, s)
			others, _ := s["others"].Value.(string)
			if test != c.test || others != c.others {
				t.Errorf("%s beside %q, want %s beside %q", test, others, c.test, c.others)
			}
		})
	}
}

func TestPort(t *testing.T) {
	for _, c := range []struct {
		name        string
		project     detect.Project
		port, spare int
		known       bool
	}{
		{"no Dockerfile", detect.Project{}, 8080, 8080, false},
		{"usual for the language", detect.Project{Node: &detect.Node{}}, 3000, 8080, false},
		{"exposed", detect.Project{Node: &detect.Node{}, Docker: &pipeline.Dockerfile{Ports: []int{80}}}, 80, 3000, true},
		{"two exposed", detect.Project{Docker: &pipeline.Dockerfile{Ports: []int{9000, 9001}}}, 9000, 8080, false},
		{"of a compose file", detect.Project{Docker: &pipeline.Dockerfile{}, Composed: &detect.Composed{File: "compose.yaml", Port: 5000}}, 5000, 8080, false},
		{"of the health check", detect.Project{Docker: &pipeline.Dockerfile{HealthPort: 7000}}, 7000, 8080, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if s := Port(c.project); s.Value != c.port || s.Spare != c.spare || (s.Note == "") != c.known {
				t.Errorf("%+v, want %d, spare %d, known %v", s, c.port, c.spare, c.known)
			}
		})
	}
}

func TestReadiness(t *testing.T) {
	on := func(image, health string) *pipeline.Dockerfile {
		return &pipeline.Dockerfile{HealthPath: health, Bases: []pipeline.DockerBase{{Image: image}, {Image: "node:24"}}}
	}
	route := &detect.Route{Path: "/healthz"}
	for _, c := range []struct {
		name        string
		project     detect.Project
		ready, live any
	}{
		{"nothing known", detect.Project{Docker: on("node:24", "")}, "/health", nil},
		{"a route of the source", detect.Project{Docker: on("node:24", ""), Ready: route, Live: route}, "/healthz", "/healthz"},
		{"a health check of a compose file", detect.Project{Docker: on("nginx", ""), Composed: &detect.Composed{HealthPath: "/up"}, Ready: route}, "/up", nil},
		{"a static site", detect.Project{Docker: on("nginx:1.29-alpine", "")}, "/", nil},
		{"a static site that calls another program", detect.Project{Docker: on("docker.io/nginxinc/nginx-unprivileged:1.29@sha256:0", ""), Ready: route, Live: route}, "/", nil},
		{"a static site with a health check", detect.Project{Docker: on("nginx", "/up")}, "/up", nil},
		{"a program with such a name", detect.Project{Docker: on("acme/nginx-controller:1", "")}, "/health", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if ready, live := Readiness(c.project), liveness(c.project); ready.Value != c.ready || live.Value != c.live {
				t.Errorf("%v and %v, want %v and %v", ready.Value, live.Value, c.ready, c.live)
			}
		})
	}
}

// TestPnpm: the guess reads the lock file that is there.
func TestPnpm(t *testing.T) {
	for format, want := range map[string]string{"": usualPnpm, "9": usualPnpm, "6": "8.15.9", "5": "7.33.7"} {
		s := draft.Settings{}
		nodeTests(detect.Project{Node: &detect.Node{Manager: "pnpm", Format: format}}, s)
		if got := s["packageManagerVersion"].Value; got != want {
			t.Errorf("format %q is taken by pnpm %s, want %s", format, got, want)
		}
	}
}
