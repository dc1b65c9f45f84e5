package prove

import (
	"slices"
	"strconv"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/kubevar"
)

// x21: CI tries the image as the pod runs it: as the same user, with the same
// places to write to and as much memory; and pod, container and Dockerfile say one user.
func x21(m *model) {
	for _, o := range m.overlays {
		w, c, ok := o.app(m)
		if !ok {
			continue
		}
		pod, own := w.pod().get("securityContext"), c.get("securityContext")
		for _, f := range []string{"runAsUser", "runAsGroup"} {
			if x, y := pod.get(f), own.get(f); x.ok() && y.ok() && x.text() != y.text() {
				m.broken(X21, y.at(), x.at(), "write one number", "%s is %s in the container and %s in its pod", f, quoted(y.text()), quoted(x.text()))
			}
		}
		if g := pod.get("fsGroup"); g.ok() && g.text() != effective(pod, own, "runAsGroup").text() {
			m.broken(X21, g.at(), effective(pod, own, "runAsGroup").at(), "fsGroup: the group that the program runs as", "volumes belong to the group %s, and the program runs as %s", quoted(g.text()), quoted(effective(pod, own, "runAsGroup").text()))
		}
		folders := m.writable(w, c)
		user, group := effective(pod, own, "runAsUser"), effective(pod, own, "runAsGroup")
		m.smokeSteps(func(s *step) {
			if n := s.get("env", "RUN_AS"); n.text() != user.text()+":"+group.text() {
				m.broken(X21, n.at(), user.at(), "RUN_AS: "+user.text()+":"+group.text(), "%s tries the image as %s, and the pod runs it as %s:%s", s.job.label(), quoted(n.text()), user.text(), group.text())
			}
			tried := append([]string{"/tmp"}, strings.Fields(s.get("env", "WRITABLE").text())...)
			slices.Sort(tried)
			if !slices.Equal(tried, folders) {
				m.broken(X21, s.get("env", "WRITABLE").at(), c.get("volumeMounts").at(), "WRITABLE: the folders that the pod mounts besides /tmp", "%s tries the image with %s to write to, and the pod has %s", s.job.label(), strings.Join(tried, " "), strings.Join(folders, " "))
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

func effective(pod, own node, field string) node {
	if n := own.get(field); n.ok() {
		return n
	}
	return pod.get(field)
}

// writable are the folders that the container may write to, sorted. A mount
// without its volume would keep the pod from being created.
func (m *model) writable(w workload, c node) []string {
	volumes := map[string]node{}
	for _, v := range w.pod().get("volumes").items() {
		volumes[v.get("name").text()] = v
	}
	var out []string
	mounted := map[string]bool{}
	for _, v := range c.get("volumeMounts").items() {
		name := v.get("name")
		volume, ok := volumes[name.text()]
		mounted[name.text()] = true
		if !ok {
			m.broken(X21, name.at(), w.pod().get("volumes").at(), "name a volume of the pod", "the folder %s is the volume %s, which the pod does not have", quoted(v.get("mountPath").text()), quoted(name.text()))
		}
		if volume.get("emptyDir").ok() {
			out = append(out, v.get("mountPath").text())
		}
	}
	for name, v := range volumes {
		used := false
		for _, other := range w.containers() {
			for _, mount := range other.get("volumeMounts").items() {
				used = used || mount.get("name").text() == name
			}
		}
		if !used {
			m.broken(X21, v.at(), c.get("volumeMounts").at(), "mount it, or remove it", "the volume %s is mounted nowhere", quoted(name))
		}
	}
	slices.Sort(out)
	return out
}

// healthPath requires that CI asks the path that decides whether the pod starts.
func (m *model) healthPath(s *step, c node) {
	asked, probe := s.get("env", "HEALTH_PATH"), c.get("startupProbe", "httpGet", "path")
	if probe.ok() && probe.text() != asked.text() {
		m.broken(X21, asked.at(), probe.at(), "ask "+probe.text(), "%s asks %s of the image, and the pod's startup probe %s", s.job.label(), quoted(asked.text()), probe.text())
	}
}

// sameEnv requires that the image is tried with the variables of the base: those
// that an overlay adds or changes belong to its environment.
func (m *model) sameEnv(o *overlay, s *step, c node) {
	given, at := map[string]string{}, s.get("env", "CONTAINER_ENV").at()
	for _, line := range strings.Split(s.get("env", "CONTAINER_ENV").text(), "\n") {
		if k, v, ok := strings.Cut(line, "="); ok {
			given[k] = v
		}
	}
	before := map[string]string{}
	for _, e := range o.baseEnv(c.get("name").text()) {
		name, value := e.get("name").text(), kubevar.Expand(e.get("value").text(), func(name string) (string, bool) {
			text, known := before[name]
			return text, known
		})
		if !e.get("valueFrom").ok() {
			before[name] = value
		}
		if have, ok := given[name]; !e.get("valueFrom").ok() && (!ok || have != value) {
			m.broken(X21, at, e.at(), "write "+name+"="+value, "%s tries the image with %s for the variable %s, and the pod has %q", s.job.label(), quoted(have), quoted(name), value)
		}
		delete(given, name)
	}
	for _, name := range slices.Sorted(keys(given)) {
		m.broken(X21, at, c.get("env").at(), "remove "+name, "%s tries the image with the variable %s, which the base does not set", s.job.label(), name)
	}
}

// baseEnv are the variables of a container in the files that all overlays share.
func (o *overlay) baseEnv(container string) []node {
	for _, f := range o.folders {
		if o.own(f.dir) {
			continue
		}
		for _, s := range f.files {
			for _, d := range s.docs {
				for _, c := range d.get("spec", "template", "spec", "containers").items() {
					if c.get("name").text() == container {
						return c.get("env").items()
					}
				}
			}
		}
	}
	return nil
}

// startTime requires that the image has as long to start as the pod gives it.
func (m *model) startTime(s *step, c node) {
	seconds, probe := s.get("env", "SECONDS_TO_START"), c.get("startupProbe")
	period, _ := probe.get("periodSeconds").number()
	times, _ := probe.get("failureThreshold").number()
	if budget := strconv.Itoa(period * times); probe.ok() && seconds.text() != budget {
		m.broken(X21, seconds.at(), probe.at(), "SECONDS_TO_START: "+budget, "%s gives the image %s s to start, and the pod gives it %s", s.job.label(), quoted(seconds.text()), budget)
	}
}

// triedIsBuilt requires that the image which is started is the one that a step
// before has built and loaded.
func (m *model) triedIsBuilt(s *step) {
	for _, c := range s.script() {
		if !c.Is("docker", "run") {
			continue
		}
		at := s.at()
		for _, b := range s.job.steps {
			if b.y == s.y {
				break
			}
			if b.uses == "docker/build-push-action" {
				at = b.with("tags").at()
				if b.with("load").text() == "true" && strings.TrimSpace(b.with("tags").text()) == last(c.Words) {
					return
				}
			}
		}
		m.broken(X21, at, s.runLine(c.Line), "load: true and tags: "+quoted(last(c.Words)), "%s starts the image %s, which no step before it has built and loaded", s.job.label(), quoted(last(c.Words)))
	}
}

// dockerUser holds the Dockerfile against the pod, where it is among the files.
func (m *model) dockerUser(user node) {
	for _, w := range m.workflows {
		for _, j := range w.jobs {
			for _, s := range j.steps {
				if s.uses != "docker/build-push-action" {
					continue
				}
				f := m.file(artifact.Code, s.with("file").text())
				if f == nil {
					continue
				}
				name, line := "", 0
				for i, l := range strings.Split(string(f.Content), "\n") {
					if words := strings.Fields(l); len(words) > 1 && strings.EqualFold(words[0], "USER") {
						name, line = words[1], i+1
					}
				}
				name, _, _ = strings.Cut(name, ":")
				if line > 0 && isNumber(name) && name != user.text() {
					m.broken(X21, place{f, line}, user.at(), "USER "+user.text(), "the image runs as %s, and the pod as %s", name, quoted(user.text()))
				}
			}
		}
	}
}

func isNumber(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
