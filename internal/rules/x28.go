package rules

import (
	"net/url"
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// x28: the texts state what the output does: the limits of jobs, the names of
// files, images and Secrets; and whatever looks like a digest is one.
func provesX28(m *Case) {
	for _, s := range m.Files {
		if path.Ext(s.Path) == ".md" {
			m.tableLimits(s)
			m.promisedLimits(s)
			m.namedPaths(s)
			m.namedImages(s)
		}
		m.wellFormed(s)
	}
	m.secretsListed()
	m.secretsNamed()
}

var limitCell = lazy.Regexp(`^(\d+) min$`)

// tableLimits reads rows such as "| Test | … | 4 min |".
func (m *Case) tableLimits(s *pipeline.File) {
	for i, line := range s.Lines() {
		cells := strings.Split(strings.Trim(line, "| "), "|")
		if !strings.HasPrefix(line, "|") || len(cells) < 2 {
			continue
		}
		limit := limitCell().FindStringSubmatch(strings.TrimSpace(cells[len(cells)-1]))
		if limit == nil {
			continue
		}
		name := strings.TrimSpace(cells[0])
		j := m.jobNamed(name)
		if j == nil {
			m.broken(s.At(i+1), m.firstWorkflow(), "run 'pipegen generate'", "no job is called %s", name)
			continue
		}
		if t := j.Get("timeout-minutes"); t.Text() != limit[1] {
			m.broken(t.At(), s.At(i+1), "write "+limit[1]+", or run 'pipegen generate'", "%s is stopped after %s minutes, and the text says %s", j.Label(), quoted(t.Text()), limit[1])
		}
	}
}

func (m *Case) firstWorkflow() pipeline.Place {
	if len(m.Workflows) > 0 {
		return m.Workflows[0].At()
	}
	return pipeline.Place{}
}

// jobNamed finds a job by the name that a person sees, without a matrix's part.
func (m *Case) jobNamed(name string) *pipeline.Job {
	for _, w := range m.Workflows {
		for _, j := range w.Jobs {
			if have, _, _ := strings.Cut(j.Name(), " (${{"); have == name {
				return j
			}
		}
	}
	return nil
}

var (
	stoppedAfter  = lazy.Regexp(`stopped after (\d+(?: \+ \d+)+) minutes`)
	degradedAfter = lazy.Regexp(`Degraded after (\d+) s`)
	answerAfter   = lazy.Regexp(`without a good answer after (\d+) s`)
	coverageBelow = lazy.Regexp(`fails below ([0-9.]+) %`)
	smokeAsks     = lazy.Regexp(`smoke Job asks (\S+) through the Service and marks the sync failed without a (\d+) within (\S+?)[.*]*$`)
	reverts       = lazy.Regexp(`[Ww]orkflow ([a-z]+\.yaml) reverts`)
	warnsAbove    = lazy.Regexp(`warns above (\S+);`)
)

// promisedLimits holds the figures of the promises against the places that
// enforce them.
func (m *Case) promisedLimits(s *pipeline.File) {
	for i, line := range s.Lines() {
		at := s.At(i + 1)
		if f := stoppedAfter().FindStringSubmatch(line); f != nil {
			m.sumOfTimeouts(at, strings.Split(f[1], " + "))
		}
		if f := degradedAfter().FindStringSubmatch(line); f != nil {
			m.everyApp(func(w pipeline.Workload, _ pipeline.Node) {
				m.figure(at, f[1], w.Get("spec", "progressDeadlineSeconds"), w.Get("spec", "progressDeadlineSeconds").Text())
			})
		}
		if f := answerAfter().FindStringSubmatch(line); f != nil {
			m.everyApp(func(_ pipeline.Workload, c pipeline.Node) {
				p := c.Get("startupProbe")
				period, _ := p.Get("periodSeconds").Number()
				times, _ := p.Get("failureThreshold").Number()
				m.figure(at, f[1], p, strconv.Itoa(period*times))
			})
		}
		if f := coverageBelow().FindStringSubmatch(line); f != nil {
			m.everyEnv("COVERAGE_MIN", func(n pipeline.Node) { m.figure(at, f[1], n, n.Text()) })
		}
		if f := smokeAsks().FindStringSubmatch(line); f != nil {
			m.smoked(at, f[1], f[2], f[3])
		}
		if f := reverts().FindStringSubmatch(line); f != nil && m.File(artifact.Code, ".github/workflows/"+f[1]) == nil {
			m.broken(at, m.firstWorkflow(), "run 'pipegen generate'", "the text speaks of the workflow %s, which is not generated", f[1])
		}
		if f := warnsAbove().FindStringSubmatch(line); f != nil {
			m.measured(at, f[1])
		}
	}
}

func (m *Case) everyApp(f func(pipeline.Workload, pipeline.Node)) {
	for _, o := range m.overlays {
		if w, c, ok := o.app(m); ok {
			f(w, c)
		}
	}
}

func (m *Case) everyEnv(name string, f func(pipeline.Node)) {
	for _, w := range m.Workflows {
		for _, j := range w.Jobs {
			for _, s := range j.Steps {
				if n := s.Get("env", name); n.OK() {
					f(n)
				}
			}
		}
	}
}

func (m *Case) figure(text pipeline.Place, said string, n pipeline.Node, is string) {
	if said != is {
		m.broken(n.At(), text, "write "+said+", or run 'pipegen generate'", "the figure here is %s, and the text promises %s", quoted(is), said)
	}
}

// smoked holds the text against the hook that asks the application.
func (m *Case) smoked(at pipeline.Place, asked, status, within string) {
	limit, err := time.ParseDuration(within)
	for _, o := range m.overlays {
		hooks := 0
		for _, w := range o.Workloads() {
			if !isHook(w) {
				continue
			}
			hooks++
			for _, c := range w.Containers() {
				for _, e := range c.Get("env").Items() {
					switch v := e.Get("value"); e.Get("name").Text() {
					case "STATUS":
						m.figure(at, status, v, v.Text())
					case "WITHIN":
						if err == nil {
							m.figure(at, strconv.Itoa(int(limit/time.Second)), v, v.Text())
						}
					case "URL":
						if u, err := url.Parse(v.Text()); err == nil {
							m.figure(at, asked, v, u.Path)
						}
					}
				}
			}
		}
		if hooks == 0 {
			m.broken(at, o.At(), "run 'pipegen generate'", "the text speaks of a smoke Job, and %s renders none", o.Dir)
		}
	}
}

// measured holds the text against the step that measures from the push on.
func (m *Case) measured(at pipeline.Place, said string) {
	limit, err := time.ParseDuration(said)
	m.everyEnv("PUSHED_AT", func(n pipeline.Node) {
		for _, w := range m.Workflows {
			for _, j := range w.Jobs {
				for _, s := range j.Steps {
					if p := s.Get("env", "PROMISED"); err == nil && s.Get("env", "PUSHED_AT").Same(n) {
						m.figure(at, strconv.Itoa(int(limit/time.Second)), p, p.Text())
					}
				}
			}
		}
	})
}

// sumOfTimeouts reads the way to the image, job by job from the tests on. Jobs that
// the spec puts on the way count too.
func (m *Case) sumOfTimeouts(at pipeline.Place, said []string) {
	image := m.jobNamed("Image")
	if image == nil {
		return
	}
	way := image.Longest()
	if len(way) != len(said) {
		m.broken(image.Get("needs").At(), at, "run 'pipegen generate'", "%d jobs lie on the way to the image, and the text names the limits of %d", len(way), len(said))
		return
	}
	for i, j := range way {
		m.figure(at, said[i], j.Get("timeout-minutes"), j.Get("timeout-minutes").Text())
	}
}

var (
	applied   = lazy.Regexp("kubectl apply -f ([^\\s`]+)")
	codePath  = lazy.Regexp("`([A-Za-z0-9._/-]+/(?:base|overlays/[A-Za-z0-9._/-]+))`")
	loggedDir = lazy.Regexp(`git log .*-- (\S+)`)
)

// namedPaths requires that whatever a text tells the reader to apply or to look at
// is generated. What begins as an image does is namedImages' to judge, however it ends.
func (m *Case) namedPaths(s *pipeline.File) {
	for i, line := range s.Lines() {
		for _, f := range applied().FindAllStringSubmatch(line, -1) {
			if m.File(artifact.GitOps, f[1]) == nil {
				m.broken(s.At(i+1), m.AnyApplication(), "run 'pipegen generate'", "the text applies %s, which is not generated", f[1])
			}
		}
		for _, f := range append(codePath().FindAllStringSubmatch(line, -1), loggedDir().FindAllStringSubmatch(line, -1)...) {
			if !strings.HasPrefix(f[1], host(m.Facts.Image)+"/") && m.File(artifact.GitOps, path.Join(f[1], "kustomization.yaml")) == nil {
				m.broken(s.At(i+1), m.AnyOverlay(), "run 'pipegen generate'", "the text speaks of the folder %s, which is not generated", f[1])
			}
		}
	}
}

// namedImages requires that a reference in a text is the image's own, with the
// tag scheme of the workflow.
func (m *Case) namedImages(s *pipeline.File) {
	reference := regexp.MustCompile("`(" + regexp.QuoteMeta(host(m.Facts.Image)) + "/[^`]+)`")
	for i, line := range s.Lines() {
		for _, f := range reference.FindAllStringSubmatch(line, -1) {
			if f[1] != m.Facts.Image && f[1] != m.Facts.Image+":"+m.Facts.Tag {
				m.broken(s.At(i+1), m.pushedImage(), "run 'pipegen generate'", "the text names the image %s, and it is %s:%s", f[1], m.Facts.Image, m.Facts.Tag)
			}
		}
	}
}

var (
	digestLike = lazy.Regexp(`\bsha256:([0-9A-Za-z]{8,})`)
	hex64      = lazy.Regexp(`^[0-9a-f]{64}$`)
	commitPin  = lazy.Regexp(`^\s*(?:- )?uses: (\S+)@(\S+)`)
	hex40      = lazy.Regexp(`^[0-9a-f]{40}$`)
	releaseTag = lazy.Regexp(`^v\d+(\.\d+\.\d+)?$`)
)

// wellFormed finds samples that are none: a digest or commit of the wrong length
// or alphabet.
func (m *Case) wellFormed(s *pipeline.File) {
	if s.Owner != artifact.Generated && s.Owner != artifact.Live || s.Root == artifact.Code && !strings.HasPrefix(s.Path, ".github/") {
		return
	}
	for i, line := range s.Lines() {
		// Most lines hold neither, and to look with an expression costs more than all
		// other rules together.
		if strings.Contains(line, "sha256:") {
			for _, f := range digestLike().FindAllStringSubmatch(line, -1) {
				if !hex64().MatchString(f[1]) {
					m.broken(s.At(i+1), pipeline.Place{}, "write the 64 hexadecimal digits", "sha256:%s is no digest", f[1])
				}
			}
		}
		if strings.Contains(line, "uses: ") {
			if f := commitPin().FindStringSubmatch(line); f != nil && !hex40().MatchString(f[2]) && !strings.HasPrefix(f[1], "./") && !(m.Facts.Tags && releaseTag().MatchString(f[2])) {
				m.broken(s.At(i+1), pipeline.Place{}, "pin the 40 hexadecimal digits of a commit", "%s is pinned to %s, which is no commit", f[1], f[2])
			}
		}
		if path.Base(s.Path) == "source-commit" && i == 0 && line+"\n" != artifact.NeverDeployed && line+"\n" != artifact.DeployedBefore && !hex40().MatchString(line) {
			m.doubtful(s.At(1), pipeline.Place{}, "restore the file from git", "%q is no commit", line)
		}
	}
}

// secretsListed requires that the README of the GitOps repository tells of each
// Secret that must exist.
func (m *Case) secretsListed() {
	for _, o := range m.overlays {
		readme := m.File(artifact.GitOps, path.Join(path.Dir(path.Dir(o.Dir)), "README.md"))
		if readme == nil {
			continue
		}
		for _, r := range m.referred(o.Target) {
			if r.kind == "Secret" && !strings.Contains(string(readme.Content), "`"+r.name.Text()+"`") {
				m.broken(r.name.At(), readme.At(1), "run 'pipegen generate'", "the Secret %s must exist, and the text does not say so", r.name.Text())
			}
		}
	}
	ci := m.File(artifact.Code, ".github/workflows/README.md")
	for _, name := range append(append([]string(nil), m.Facts.CISecrets...), m.Facts.CIVariables...) {
		if ci != nil && !strings.Contains(string(ci.Content), "`"+name+"`") {
			m.broken(ci.At(1), m.firstWorkflow(), "run 'pipegen generate'", "the text does not tell how to set %s", name)
		}
	}
}

// secretsNamed requires that the message of a step which misses a secret names the
// one that it looked for.
func (m *Case) secretsNamed() {
	for _, w := range m.Workflows {
		for _, j := range w.Jobs {
			for _, s := range j.Steps {
				if m.isAuthors(j) {
					break
				}
				for name, context := range map[string]string{"SECRET": "secrets.", "VARIABLE": "vars."} {
					if told := s.Get("env", name); told.OK() {
						m.secretNamed(s, told, context)
					}
				}
			}
		}
	}
}

func (m *Case) secretNamed(s *pipeline.Step, told pipeline.Node, context string) {
	at := s.At()
	for _, v := range s.Get("env").Pairs() {
		if strings.Contains(v.Text(), context) {
			at = v.At()
			if pipeline.Expression(v.Text()) == context+told.Text() {
				return
			}
		}
	}
	m.broken(told.At(), at, "name the one that the step reads", "the message of %s tells the reader to set %s, which the step does not read", s.Job.Label(), quoted(told.Text()))
}

// readmePlace is a README of the code repository, if there is one.
func (m *Case) readmePlace(name string) pipeline.Place {
	if s := m.File(artifact.Code, name); s != nil {
		return s.At(1)
	}
	return pipeline.Place{}
}

func (m *Case) readmeOf(t *pipeline.Target) pipeline.Place {
	if s := m.File(artifact.GitOps, path.Join(path.Dir(path.Dir(t.Dir)), "README.md")); s != nil {
		return s.At(1)
	}
	return nowhere
}
