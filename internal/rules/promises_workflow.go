package rules

import (
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// publishesInTime adds up the limits of the jobs on the longest way to the named image.
func publishesInTime(m *Case, p Figure) {
	for _, w := range m.Workflows {
		for _, j := range w.Jobs {
			if !strings.Contains(j.Script(), "imagetools create") {
				continue
			}
			minutes, most := 0, j
			var names []string
			for _, on := range longest(j, map[string]*way{}).jobs {
				minutes += limit(on)
				names = append(names, on.ID)
				if limit(on) > limit(most) {
					most = on
				}
			}
			if time.Duration(minutes)*time.Minute > p.Within {
				m.unkept(p, most.Get("timeout-minutes").At(), j.At(), "T31", "lower timeout-minutes on this way",
					"the jobs %s may take %d min together, and %s are promised", strings.Join(names, ", "), minutes, p.Within)
			}
		}
	}
}

// limit is the time that a job may take, in minutes: six hours where nothing is said.
func limit(j *pipeline.Job) int {
	if n, ok := j.Get("timeout-minutes").Number(); ok {
		return n
	}
	return 360
}

func measuresCoverage(m *Case, p Figure) {
	for _, w := range m.Workflows {
		if !w.Builds() {
			continue
		}
		best, at := -1.0, w.Get("jobs")
		for _, j := range m.tests(w) {
			for _, s := range j.Steps {
				n := s.Env("COVERAGE_MIN")
				v, err := strconv.ParseFloat(n.Text(), 64)
				if err != nil || !strings.Contains(s.Run(), "${COVERAGE_MIN}") || s.Get("if").OK() {
					continue
				}
				if v > best {
					best, at = v, n
				}
			}
			if best < 0 {
				at = j.Get("steps")
			}
		}
		switch {
		case best < 0:
			m.unkept(p, at.At(), w.Get("name").At(), "W31", "keep the step that requires the coverage", "no step of the tests requires any coverage")
		case best < p.AtLeast:
			m.unkept(p, at.At(), w.Get("name").At(), "W31", "COVERAGE_MIN: at least "+strconv.FormatFloat(p.AtLeast, 'f', -1, 64), "the tests pass with %s %% of coverage, and %s %% are promised", at.Text(), strconv.FormatFloat(p.AtLeast, 'f', -1, 64))
		}
	}
}

// publishers are the jobs that push an image.
func (m *Case) publishers() (out []*pipeline.Job) {
	for _, w := range m.Workflows {
		for _, j := range w.Jobs {
			for _, s := range j.Steps {
				if s.Uses == "docker/build-push-action" && (s.With("push").Text() == "true" || strings.Contains(s.With("outputs").Text(), "push=true")) {
					out = append(out, j)
					break
				}
			}
		}
	}
	return out
}

func scans(m *Case, p Figure) {
	for _, j := range m.publishers() {
		at := j.Get("steps")
		found := false
		for _, s := range j.Steps {
			if path.Base(s.Uses) != "trivy-action" || s.Get("if").OK() {
				continue
			}
			severity, scanners := s.With("severity").Text(), s.With("scanners").Text()
			at = s.Get("with")
			found = found || (scanners == "" || slices.Contains(strings.Split(scanners, ","), "vuln")) && s.With("exit-code").Text() == "1" && strings.Contains(severity, "CRITICAL") && (p.Refuse == "critical" || strings.Contains(severity, "HIGH"))
		}
		if !found {
			m.unkept(p, at.At(), j.At(), "W36", "keep the scan with its scanners, severity and exit-code", "%s publishes images with vulnerabilities that are known", j.Label())
		}
	}
}

func signs(m *Case, p Figure) {
	m.images(p, "signs it", "W36", func(j *pipeline.Job) bool { return strings.Contains(j.Script(), "cosign sign") })
}

func attests(m *Case, p Figure) {
	m.images(p, "attests where it comes from", "W36", func(j *pipeline.Job) bool {
		for _, s := range j.Steps {
			if s.Uses == "actions/attest" && !s.Get("if").OK() {
				return true
			}
		}
		return false
	})
}

func (m *Case) images(p Figure, what, rule string, does func(*pipeline.Job) bool) {
	for _, w := range m.Workflows {
		for _, j := range w.Jobs {
			if strings.Contains(j.Script(), "imagetools create") && !does(j) {
				m.unkept(p, j.Get("steps").At(), j.At(), rule, "keep the step", "%s names the image, and no step %s", j.Label(), what)
			}
		}
	}
}
