package rules

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/dockerfile"
	"github.com/pipegen/pipegen/internal/kubevar"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// x21: CI tries the image as the pod runs it: as the same user, with the same
// places to write to and as much memory; and pod, container and Dockerfile say one user.
func provesX21(m *Case) {
	for _, o := range m.overlays {
		w, c, ok := o.app(m)
		if !ok {
			continue
		}
		pod, own := w.Pod().Get("securityContext"), c.Get("securityContext")
		for _, f := range []string{"runAsUser", "runAsGroup"} {
			if x, y := pod.Get(f), own.Get(f); x.OK() && y.OK() && x.Text() != y.Text() {
				m.broken(y.At(), x.At(), "write one number", "%s is %s in the container and %s in its pod", f, quoted(y.Text()), quoted(x.Text()))
			}
		}
		if g := pod.Get("fsGroup"); g.OK() && g.Text() != w.Security(c, "runAsGroup").Text() {
			m.broken(g.At(), w.Security(c, "runAsGroup").At(), "fsGroup: the group that the program runs as", "volumes belong to the group %s, and the program runs as %s", quoted(g.Text()), quoted(w.Security(c, "runAsGroup").Text()))
		}
		folders := m.writable(w, c)
		user, group := w.Security(c, "runAsUser"), w.Security(c, "runAsGroup")
		m.smokeSteps(func(s *pipeline.Step) {
			if n := s.Get("env", "RUN_AS"); n.Text() != user.Text()+":"+group.Text() {
				m.broken(n.At(), user.At(), "RUN_AS: "+user.Text()+":"+group.Text(), "%s tries the image as %s, and the pod runs it as %s:%s", s.Job.Label(), quoted(n.Text()), user.Text(), group.Text())
			}
			tried := append([]string{"/tmp"}, strings.Fields(s.Get("env", "WRITABLE").Text())...)
			slices.Sort(tried)
			if !slices.Equal(tried, folders) {
				m.broken(s.Get("env", "WRITABLE").At(), c.Get("volumeMounts").At(), "WRITABLE: the folders that the pod mounts besides /tmp", "%s tries the image with %s to write to, and the pod has %s", s.Job.Label(), strings.Join(tried, " "), strings.Join(folders, " "))
			}
			m.triedFolders(s, w, c)
			m.healthPath(s, c)
			m.startTime(s, c)
			m.sameEnv(o, s, c)
			m.triedIsBuilt(s)
		})
		m.dockerUser(user)
	}
	m.triedMemory()
}

// writable are the folders that the container may write to, sorted. A mount
// without its volume would keep the pod from being created.
func (m *Case) writable(w pipeline.Workload, c pipeline.Node) []string {
	volumes := map[string]pipeline.Node{}
	for _, v := range w.Pod().Get("volumes").Items() {
		volumes[v.Get("name").Text()] = v
	}
	var out []string
	mounted := map[string]bool{}
	for _, v := range c.Get("volumeMounts").Items() {
		name := v.Get("name")
		volume, ok := volumes[name.Text()]
		mounted[name.Text()] = true
		if !ok {
			m.broken(name.At(), w.Pod().Get("volumes").At(), "name a volume of the pod", "the folder %s is the volume %s, which the pod does not have", quoted(v.Get("mountPath").Text()), quoted(name.Text()))
		}
		if volume.Get("emptyDir").OK() {
			out = append(out, v.Get("mountPath").Text())
		}
	}
	for name, v := range volumes {
		used := false
		for _, other := range w.Containers() {
			for _, mount := range other.Get("volumeMounts").Items() {
				used = used || mount.Get("name").Text() == name
			}
		}
		if !used {
			m.broken(v.At(), c.Get("volumeMounts").At(), "mount it, or remove it", "the volume %s is mounted nowhere", quoted(name))
		}
	}
	slices.Sort(out)
	return out
}

// healthPath requires that CI asks the path that decides whether the pod starts.
func (m *Case) healthPath(s *pipeline.Step, c pipeline.Node) {
	asked, probe := s.Get("env", "HEALTH_PATH"), c.Get("startupProbe", "httpGet", "path")
	if probe.OK() && probe.Text() != asked.Text() {
		m.broken(asked.At(), probe.At(), "ask "+probe.Text(), "%s asks %s of the image, and the pod's startup probe %s", s.Job.Label(), quoted(asked.Text()), probe.Text())
	}
}

// sameEnv requires that the image is tried with the variables of the base: those
// that an overlay adds or changes belong to its environment.
func (m *Case) sameEnv(o *overlay, s *pipeline.Step, c pipeline.Node) {
	given, at := map[string]string{}, s.Get("env", "CONTAINER_ENV").At()
	for _, line := range strings.Split(s.Get("env", "CONTAINER_ENV").Text(), "\n") {
		if k, v, ok := strings.Cut(line, "="); ok {
			given[k] = v
		}
	}
	before := map[string]string{}
	for _, e := range o.baseEnv(c.Get("name").Text()) {
		name, value := e.Get("name").Text(), kubevar.Expand(e.Get("value").Text(), func(name string) (string, bool) {
			text, known := before[name]
			return text, known
		})
		if !e.Get("valueFrom").OK() {
			before[name] = value
		}
		if have, ok := given[name]; !e.Get("valueFrom").OK() && (!ok || have != value) {
			m.broken(at, e.At(), "write "+name+"="+value, "%s tries the image with %s for the variable %s, and the pod has %q", s.Job.Label(), quoted(have), quoted(name), value)
		}
		delete(given, name)
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		m.broken(at, c.Get("env").At(), "remove "+name, "%s tries the image with the variable %s, which the base does not set", s.Job.Label(), name)
	}
}

// baseEnv are the variables of a container in the files that all overlays share.
func (o *overlay) baseEnv(container string) []pipeline.Node {
	for _, f := range o.Folders {
		if o.Own(f.Dir) {
			continue
		}
		for _, s := range f.Files {
			for _, d := range s.Docs {
				for _, c := range d.Get("spec", "template", "spec", "containers").Items() {
					if c.Get("name").Text() == container {
						return c.Get("env").Items()
					}
				}
			}
		}
	}
	return nil
}

// startTime requires that the image has as long to start as the pod gives it.
func (m *Case) startTime(s *pipeline.Step, c pipeline.Node) {
	seconds, probe := s.Get("env", "SECONDS_TO_START"), c.Get("startupProbe")
	period, _ := probe.Get("periodSeconds").Number()
	times, _ := probe.Get("failureThreshold").Number()
	if budget := strconv.Itoa(period * times); probe.OK() && seconds.Text() != budget {
		m.broken(seconds.At(), probe.At(), "SECONDS_TO_START: "+budget, "%s gives the image %s s to start, and the pod gives it %s", s.Job.Label(), quoted(seconds.Text()), budget)
	}
}

// triedIsBuilt requires that the image which is started is the one that a step
// before has built and loaded.
func (m *Case) triedIsBuilt(s *pipeline.Step) {
	for _, c := range s.Commands() {
		if !c.Is("docker", "run") {
			continue
		}
		at := s.At()
		for _, b := range s.Job.Steps {
			if b == s {
				break
			}
			if b.Uses == "docker/build-push-action" {
				at = b.With("tags").At()
				if b.With("load").Text() == "true" && strings.TrimSpace(b.With("tags").Text()) == last(c.Words) {
					return
				}
			}
		}
		m.broken(at, c.At(), "load: true and tags: "+quoted(last(c.Words)), "%s starts the image %s, which no step before it has built and loaded", s.Job.Label(), quoted(last(c.Words)))
	}
}

// dockerUser holds the Dockerfile against the pod, where it is among the files.
func (m *Case) dockerUser(user pipeline.Node) {
	for _, w := range m.Workflows {
		for _, j := range w.Jobs {
			for _, s := range j.Steps {
				if !s.Builds() {
					continue
				}
				f := m.File(artifact.Code, s.With("file").Text())
				if f == nil {
					continue
				}
				image := dockerfile.Parse(f.Path, string(f.Content))
				name, _, _ := strings.Cut(image.User, ":")
				if isNumber(name) && name != user.Text() {
					m.broken(f.At(image.UserLine), user.At(), "USER "+user.Text(), "the image runs as %s, and the pod as %s", name, quoted(user.Text()))
				}
			}
		}
	}
}

func isNumber(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
