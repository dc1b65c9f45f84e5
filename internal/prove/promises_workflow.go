package prove

import (
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// publishesInTime adds up the limits of the jobs on the longest way to the named image.
func publishesInTime(m *model, p Promise) {
	for _, w := range m.workflows {
		for _, j := range w.jobs {
			if !strings.Contains(j.scripts(), "imagetools create") {
				continue
			}
			minutes, longest := 0, j
			var names []string
			for _, on := range j.longest(map[string]*way{}).jobs {
				minutes += on.limit()
				names = append(names, on.id)
				if on.limit() > longest.limit() {
					longest = on
				}
			}
			if time.Duration(minutes)*time.Minute > p.Within {
				m.unkept(p, longest.get("timeout-minutes").at(), j.at(), "T31", "lower timeout-minutes on this way",
					"the jobs %s may take %d min together, and %s are promised", strings.Join(names, ", "), minutes, p.Within)
			}
		}
	}
}

// limit is the time that a job may take, in minutes: six hours where nothing is said.
func (j *job) limit() int {
	if n, ok := j.get("timeout-minutes").number(); ok {
		return n
	}
	return 360
}

func (j *job) scripts() string {
	var all []string
	for _, s := range j.steps {
		all = append(all, s.run())
	}
	return strings.Join(all, "\n")
}

func measuresCoverage(m *model, p Promise) {
	for _, w := range m.workflows {
		if !w.builds() {
			continue
		}
		best, at := -1.0, w.get("jobs")
		for _, j := range w.tests() {
			for _, s := range j.steps {
				n := s.env("COVERAGE_MIN")
				v, err := strconv.ParseFloat(n.text(), 64)
				if err != nil || !strings.Contains(s.run(), "${COVERAGE_MIN}") || s.get("if").ok() {
					continue
				}
				if v > best {
					best, at = v, n
				}
			}
			if best < 0 {
				at = j.get("steps")
			}
		}
		switch {
		case best < 0:
			m.unkept(p, at.at(), w.get("name").at(), "W31", "keep the step that requires the coverage", "no step of the tests requires any coverage")
		case best < p.AtLeast:
			m.unkept(p, at.at(), w.get("name").at(), "W31", "COVERAGE_MIN: at least "+strconv.FormatFloat(p.AtLeast, 'f', -1, 64), "the tests pass with %s %% of coverage, and %s %% are promised", at.text(), strconv.FormatFloat(p.AtLeast, 'f', -1, 64))
		}
	}
}

// publishers are the jobs that push an image.
func (m *model) publishers() (out []*job) {
	for _, w := range m.workflows {
		for _, j := range w.jobs {
			for _, s := range j.steps {
				if s.uses == "docker/build-push-action" && (s.with("push").text() == "true" || strings.Contains(s.with("outputs").text(), "push=true")) {
					out = append(out, j)
					break
				}
			}
		}
	}
	return out
}

func scans(m *model, p Promise) {
	for _, j := range m.publishers() {
		at := j.get("steps")
		found := false
		for _, s := range j.steps {
			if path.Base(s.uses) != "trivy-action" || s.get("if").ok() {
				continue
			}
			severity, scanners := s.with("severity").text(), s.with("scanners").text()
			at = s.get("with")
			found = found || (scanners == "" || slices.Contains(strings.Split(scanners, ","), "vuln")) && s.with("exit-code").text() == "1" && strings.Contains(severity, "CRITICAL") && (p.Refuse == "critical" || strings.Contains(severity, "HIGH"))
		}
		if !found {
			m.unkept(p, at.at(), j.at(), "W36", "keep the scan with its scanners, severity and exit-code", "%s publishes images with vulnerabilities that are known", j.label())
		}
	}
}

func signs(m *model, p Promise) {
	m.images(p, "signs it", "W36", func(j *job) bool { return strings.Contains(j.scripts(), "cosign sign") })
}

func attests(m *model, p Promise) {
	m.images(p, "attests where it comes from", "W36", func(j *job) bool {
		for _, s := range j.steps {
			if s.uses == "actions/attest" && !s.get("if").ok() {
				return true
			}
		}
		return false
	})
}

func (m *model) images(p Promise, what, rule string, does func(*job) bool) {
	for _, w := range m.workflows {
		for _, j := range w.jobs {
			if strings.Contains(j.scripts(), "imagetools create") && !does(j) {
				m.unkept(p, j.get("steps").at(), j.at(), rule, "keep the step", "%s names the image, and no step %s", j.label(), what)
			}
		}
	}
}
