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
		{"of the health check", detect.Project{Docker: &pipeline.Dockerfile{HealthPort: 7000}}, 7000, 8080, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if s := Port(c.project); s.Value != c.port || s.Spare != c.spare || (s.Note == "") != c.known {
				t.Errorf("%+v, want %d, spare %d, known %v", s, c.port, c.spare, c.known)
			}
		})
	}
}
