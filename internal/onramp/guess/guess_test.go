package guess

import (
	"testing"

	"github.com/pipegen/pipegen/internal/onramp/detect"
	"github.com/pipegen/pipegen/internal/onramp/draft"
)

// TestToolchain has several toolchains in one repository: the image decides, and then
// the language that is not there for tools.
func TestToolchain(t *testing.T) {
	python, golang, node := &detect.Python{Manager: "uv", Locked: true}, &detect.Go{}, &detect.Node{Manager: "npm"}
	for _, c := range []struct {
		name         string
		facts        detect.Facts
		test, others string
	}{
		{"none", detect.Facts{}, "test-unknown", ""},
		{"one", detect.Facts{Go: golang}, "test-go", ""},
		{"with the tools of another", detect.Facts{Go: golang, Node: node}, "test-go", "node"},
		{"by the image", detect.Facts{Python: python, Node: node, Docker: &detect.Docker{Images: []string{"node:24"}}}, "test-node", "python"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.facts.Subfolder = "."
			s := draft.Settings{}
			test, _ := Tests(c.facts, s)
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
		facts       detect.Facts
		port, spare int
		known       bool
	}{
		{"no Dockerfile", detect.Facts{}, 8080, 8080, false},
		{"usual for the language", detect.Facts{Node: &detect.Node{}}, 3000, 8080, false},
		{"exposed", detect.Facts{Node: &detect.Node{}, Docker: &detect.Docker{Ports: []int{80}}}, 80, 3000, true},
		{"two exposed", detect.Facts{Docker: &detect.Docker{Ports: []int{9000, 9001}}}, 9000, 8080, false},
		{"of the health check", detect.Facts{Docker: &detect.Docker{HealthPort: 7000}}, 7000, 8080, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if s := Port(c.facts); s.Value != c.port || s.Spare != c.spare || (s.Note == "") != c.known {
				t.Errorf("%+v, want %d, spare %d, known %v", s, c.port, c.spare, c.known)
			}
		})
	}
}
