package rules

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/pipegen/pipegen/internal/kubevar"
	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// triedAsRun: image and pod say one user. With a spec, CI tries the image as the pod runs
// it: as that user, with the same places to write to and as much memory.
func triedAsRun(c *Case) {
	c.eachProgram(func(t *pipeline.Target, a Program) {
		c.userOfImage(a)
		if c.Facts != nil {
			c.oneUser(a)
			c.triedAs(c.byTarget[t], a)
		}
	})
	if c.Facts != nil {
		c.triedMemory()
	}
}

// userOfImage holds the user that the Dockerfile names against the pod's.
func (c *Case) userOfImage(a Program) {
	file := c.dockerfile(a)
	if file == nil {
		return
	}
	image := pipeline.ParseDockerfile(file.Path, string(file.Content))
	builds, _, _ := strings.Cut(image.User, ":")
	if user := a.Security(a.Container, "runAsUser"); user.OK() && isNumber(builds) && builds != user.Text() {
		c.broken(user.At(), pipeline.Place{File: file, Line: image.UserLine}, "let both name one user", "the pod runs as %s, and the image as %s", quoted(user.Text()), builds)
	}
}

func isNumber(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// oneUser requires that a pod and its container do not contradict one another.
func (c *Case) oneUser(a Program) {
	pod, own := a.Pod().Get("securityContext"), a.Container.Get("securityContext")
	for _, f := range []string{"runAsUser", "runAsGroup"} {
		if x, y := pod.Get(f), own.Get(f); x.OK() && y.OK() && x.Text() != y.Text() {
			c.broken(y.At(), x.At(), "write one number", "%s is %s in the container and %s in its pod", f, quoted(y.Text()), quoted(x.Text()))
		}
	}
	group := a.Security(a.Container, "runAsGroup")
	if g := pod.Get("fsGroup"); g.OK() && g.Text() != group.Text() {
		c.broken(g.At(), group.At(), "fsGroup: the group that the program runs as", "volumes belong to the group %s, and the program runs as %s", quoted(g.Text()), quoted(group.Text()))
	}
}

// triedAs holds the steps that try the image against the pod.
func (c *Case) triedAs(o *overlay, a Program) {
	container, folders := a.Container, c.writable(a)
	user, group := a.Security(container, "runAsUser"), a.Security(container, "runAsGroup")
	c.triesOf(a, func(s *pipeline.Step) {
		if n, want := s.Get("env", "RUN_AS"), user.Text()+":"+group.Text(); n.Text() != want {
			c.broken(n.At(), user.At(), "RUN_AS: "+want, "%s tries the image as %s, and the pod runs it as %s", s.Job.Label(), quoted(n.Text()), want)
		}
		c.triedRights(s, container)
		tried := append([]string{"/tmp"}, strings.Fields(s.Get("env", "WRITABLE").Text())...)
		tried = append(tried, slices.Collect(maps.Keys(sizedFolders(s)))...)
		slices.Sort(tried)
		if !slices.Equal(tried, folders) {
			c.broken(s.Get("env", "WRITABLE").At(), container.Get("volumeMounts").At(), "WRITABLE: the folders that the pod mounts besides /tmp", "%s tries the image with %s to write to, and the pod has %s", s.Job.Label(), strings.Join(tried, " "), strings.Join(folders, " "))
		}
		c.triedFolders(s, a)
		c.triedStart(s, container)
		c.triedEnv(o, s, a)
		c.triedIsBuilt(s)
	})
}

// triedRights holds the rights of the trial against those of the pod. A trial without RIGHTS has the least that a pod can
// have, and finds at worst too much.
func (c *Case) triedRights(s *pipeline.Step, container pipeline.Node) {
	own, want := container.Get("securityContext"), []string{"--cap-drop ALL"}
	if own.Get("readOnlyRootFilesystem").True() {
		want = []string{"--read-only", "--cap-drop ALL"}
	}
	for _, n := range own.Get("capabilities", "add").Items() {
		want = append(want, "--cap-add "+n.Text())
	}
	if own.Get("seccompProfile", "type").Text() == "Unconfined" {
		want = append(want, "--security-opt seccomp=unconfined")
	}
	rights, wanted := s.Get("env", "RIGHTS"), strings.Join(want, " ")
	if got := rights.Text(); rights.OK() && got != wanted {
		c.broken(rights.At(), own.At(), "RIGHTS: "+wanted, "%s tries the image with %s, and the pod has what %s gives", s.Job.Label(), got, wanted)
	}
}

// writable are the folders that the container may write to, sorted. A mount without its
// volume would keep the pod from being created.
func (c *Case) writable(a Program) []string {
	w, container := a.Workload, a.Container
	volumes, used := map[string]pipeline.Node{}, map[string]bool{}
	for _, v := range w.Pod().Get("volumes").Items() {
		volumes[v.Get("name").Text()] = v
	}
	for _, v := range w.Templates() { // they have their names as objects have
		volumes[v.Get("metadata", "name").Text()] = v
	}
	for _, any := range w.Containers() {
		for _, mount := range any.Get("volumeMounts").Items() {
			used[mount.Get("name").Text()] = true
		}
	}
	var out []string
	for _, mount := range container.Get("volumeMounts").Items() {
		name, folder := mount.Get("name"), mount.Get("mountPath").Text()
		if _, ok := volumes[name.Text()]; !ok {
			c.broken(name.At(), w.Pod().Get("volumes").At(), "name a volume of the pod", "the folder %s is the volume %s, which the pod does not have", quoted(folder), quoted(name.Text()))
		}
		if v := volumes[name.Text()]; v.Get("emptyDir").OK() || (v.Get("persistentVolumeClaim").OK() || v.Get("metadata").OK()) && !mount.Get("readOnly").True() {
			out = append(out, folder)
		}
	}
	for name, v := range volumes {
		if !used[name] {
			c.broken(v.At(), container.Get("volumeMounts").At(), "mount it, or remove it", "the volume %s is mounted nowhere", quoted(name))
		}
	}
	slices.Sort(out)
	return out
}

// triedStart requires that CI asks the path that decides whether the pod starts, and waits
// as long for it as the pod does.
func (c *Case) triedStart(s *pipeline.Step, container pipeline.Node) {
	probe := container.Get("startupProbe")
	asked, path := s.Get("env", "HEALTH_PATH"), probe.Get("httpGet", "path")
	if path.OK() && path.Text() != asked.Text() {
		c.broken(asked.At(), path.At(), "ask "+path.Text(), "%s asks %s of the image, and the pod's startup probe %s", s.Job.Label(), quoted(asked.Text()), path.Text())
	}
	period, _ := probe.Get("periodSeconds").Number()
	times, _ := probe.Get("failureThreshold").Number()
	seconds, budget := s.Get("env", "SECONDS_TO_START"), strconv.Itoa(period*times)
	if probe.OK() && seconds.Text() != budget {
		c.broken(seconds.At(), probe.At(), "SECONDS_TO_START: "+budget, "%s gives the image %s s to start, and the pod gives it %s", s.Job.Label(), quoted(seconds.Text()), budget)
	}
}

// triedEnv requires that the image is tried with the variables of the base: those that an overlay adds or changes belong to
// its environment, and those that refer to what only the cluster knows are known there alone.
func (c *Case) triedEnv(o *overlay, s *pipeline.Step, a Program) {
	given, at := map[string]string{}, s.Get("env", "CONTAINER_ENV").At()
	for _, line := range strings.Split(s.Get("env", "CONTAINER_ENV").Text(), "\n") {
		if k, v, ok := strings.Cut(line, "="); ok {
			given[k] = v
		}
	}
	before, inCluster := map[string]string{}, map[string]bool{}
	for _, e := range o.baseEnv(a) {
		name, from := e.Get("name").Text(), e.Get("valueFrom").OK()
		value := kubevar.Expand(e.Get("value").Text(), func(name string) (string, bool) {
			text, known := before[name]
			from = from || inCluster[name]
			return text, known
		})
		if inCluster[name] = from; !from {
			before[name] = value
		}
		if have, ok := given[name]; !from && (!ok || have != value) {
			c.broken(at, e.At(), "write "+name+"="+value, "%s tries the image with %s for the variable %s, and the pod has %q", s.Job.Label(), quoted(have), quoted(name), value)
		}
		delete(given, name)
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		c.broken(at, a.Container.Get("env").At(), "remove "+name, "%s tries the image with the variable %s, which the base does not set", s.Job.Label(), name)
	}
}

// baseEnv are the variables of a program in the files that all overlays share.
func (o *overlay) baseEnv(a Program) []pipeline.Node {
	for _, f := range o.Folders {
		if o.Own(f.Dir) {
			continue
		}
		for _, s := range f.Files {
			for _, d := range s.Docs {
				if d.Get("kind").Text() != a.Kind || d.Get("metadata", "name").Text() != a.Name {
					continue
				}
				for _, c := range d.Get("spec", "template", "spec", "containers").Items() {
					if c.Get("name").Text() == a.Container.Get("name").Text() {
						return c.Get("env").Items()
					}
				}
			}
		}
	}
	return nil
}

// triedIsBuilt requires that the image which is started is the one that a step
// before has built and loaded.
func (c *Case) triedIsBuilt(s *pipeline.Step) {
	for _, cmd := range s.Commands() {
		if !cmd.Is("docker", "run") {
			continue
		}
		at, image := s.At(), last(cmd.Words)
		for _, b := range s.Job.Steps {
			if b == s {
				break
			}
			if b.Uses == "docker/build-push-action" {
				at = b.With("tags").At()
				if b.With("load").Text() == "true" && strings.TrimSpace(b.With("tags").Text()) == image {
					return
				}
			}
		}
		c.broken(at, cmd.At(), "load: true and tags: "+quoted(image), "%s starts the image %s, which no step before it has built and loaded", s.Job.Label(), quoted(image))
	}
}

// triedFolders requires that CI mounts the writable folders as the kubelet does: open to
// the program, with room for as much, and with programs running from them.
func (c *Case) triedFolders(s *pipeline.Step, a Program) {
	usual, sized := s.Get("env", "FOLDER_SIZE"), sizedFolders(s)
	for _, v := range mountedEmpty(a) {
		limit := v.Get("emptyDir", "sizeLimit")
		given, at, help := usual.Text(), usual.At(), "FOLDER_SIZE: as much as sizeLimit"
		for _, mount := range a.Container.Get("volumeMounts").Items() {
			if own, ok := sized[mount.Get("mountPath").Text()]; ok && mount.Get("name").Text() == v.Get("name").Text() {
				given, at, help = own, s.Get("env", "SIZED_FOLDERS").At(), "SIZED_FOLDERS: each folder with as much as its sizeLimit"
			}
		}
		have, known := c.leastFolder(a, v)
		if tried, ok := size(given, dockerUnits); known && (!ok || tried != have) {
			c.broken(at, limit.At(), help, "%s tries the image with %s in a writable folder, and the pod has %s", s.Job.Label(), quoted(given), limit.Text())
		}
	}
	mounts := tmpfs().FindAllStringSubmatch(s.Run(), -1)
	open := len(mounts) > 0
	for _, mount := range mounts {
		options := strings.Split(mount[1], ",")
		open = open && slices.Contains(options, "exec") && slices.ContainsFunc(options, func(o string) bool { return openMode().MatchString(o) })
	}
	if !open {
		c.broken(s.Get("run").At(), a.Container.Get("volumeMounts").At(), `--tmpfs "${folder}:rw,exec,mode=2777,gid=${RUN_AS#*:},size=${FOLDER_SIZE}"`,
			"%s mounts the writable folders otherwise than the pod does: there everyone may write to them, and programs run from them", s.Job.Label())
	}
}

// sizedFolders are the folders with a size of their own with which an image is tried.
func sizedFolders(s *pipeline.Step) map[string]string {
	out := map[string]string{}
	for _, line := range strings.Split(s.Get("env", "SIZED_FOLDERS").Text(), "\n") {
		if folder, size, ok := strings.Cut(line, " "); ok {
			out[folder] = size
		}
	}
	return out
}

var (
	tmpfs    = lazy.Regexp(`--tmpfs[ =]"[^":]*(?:\$\{[^}]*\})?[^":]*:([^"]*)"`)
	openMode = lazy.Regexp(`^mode=[0-7]?777$`)
)

// emptyFolder is an empty volume of a program, in every target.
type emptyFolder struct {
	of     *WorkloadFact
	volume string
}

// leastFolder is the smallest size of an empty volume of a program in all targets.
func (c *Case) leastFolder(a Program, volume pipeline.Node) (least int64, known bool) {
	if c.emptied == nil {
		c.emptied = map[emptyFolder]int64{}
		c.eachProgram(func(_ *pipeline.Target, other Program) {
			for _, v := range mountedEmpty(other) {
				key := emptyFolder{other.Fact, v.Get("name").Text()}
				bytes, ok := size(v.Get("emptyDir", "sizeLimit").Text(), kubernetesUnits)
				if least, known := c.emptied[key]; ok && (!known || bytes < least) {
					c.emptied[key] = bytes
				}
			}
		})
	}
	least, known = c.emptied[emptyFolder{a.Fact, volume.Get("name").Text()}]
	return least, known
}

// mountedEmpty are the volumes of a program that begin empty.
func mountedEmpty(a Program) []pipeline.Node {
	var out []pipeline.Node
	for _, v := range a.Pod().Get("volumes").Items() {
		mounted := slices.ContainsFunc(a.Container.Get("volumeMounts").Items(), func(mount pipeline.Node) bool {
			return mount.Get("name").Text() == v.Get("name").Text()
		})
		if mounted && v.Get("emptyDir").OK() {
			out = append(out, v)
		}
	}
	return out
}

// triedMemory requires that CI gives the image what the smallest of the pods may use,
// and room for the folders, which are memory on a runner and disk in a cluster.
func (c *Case) triedMemory() {
	c.tries(func(s *pipeline.Step, w *WorkloadFact) {
		least, limit := c.leastMemory(w)
		if i := c.imageOf(s.Job); i.Emulated || !limit.OK() {
			return
		}
		n := s.Get("env", "CONTAINER_MEMORY")
		if have, ok := size(n.Text(), dockerUnits); !ok || have != least || !strings.Contains(s.Run(), `--memory "${CONTAINER_MEMORY}" --memory-swap "${CONTAINER_MEMORY}"`) {
			c.broken(n.At(), limit.At(), "CONTAINER_MEMORY: \""+strconv.FormatInt(least, 10)+"\", and --memory and --memory-swap in the script", "%s tries the image with %s of memory, and the smallest of the pods has %s, with room for its folders", s.Job.Label(), quoted(n.Text()), limit.Text())
		}
	})
}

// leastMemory is what the smallest of a workload's pods may use, with its folders, and where its limit is; the limit is
// missing where it is not known.
func (c *Case) leastMemory(w *WorkloadFact) (least int64, limit pipeline.Node) {
	unknown := false
	c.eachProgram(func(_ *pipeline.Target, a Program) {
		if a.Fact != w {
			return
		}
		n := a.Container.Get("resources", "limits", "memory")
		bytes, known := size(n.Text(), kubernetesUnits)
		unknown = unknown || !known && n.OK()
		for _, v := range mountedEmpty(a) {
			if v.Get("emptyDir", "medium").Text() == "Memory" {
				continue // it counts in the limit
			}
			room, _ := size(v.Get("emptyDir", "sizeLimit").Text(), kubernetesUnits)
			bytes += room
		}
		if n.OK() && (!limit.OK() || bytes < least) {
			least, limit = bytes, n
		}
	})
	if unknown {
		return 0, pipeline.Node{}
	}
	return least, limit
}

// The units of a number of bytes, in Kubernetes and in Docker.
var (
	kubernetesUnits = map[string]int64{"": 1, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "Ki": 1 << 10, "Mi": 1 << 20, "Gi": 1 << 30, "Ti": 1 << 40}
	dockerUnits     = map[string]int64{"": 1, "b": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}
)

// size is a number of bytes with one of the units; ok is false for what is none.
func size(text string, units map[string]int64) (bytes int64, ok bool) {
	digits := strings.TrimRight(text, "bkmgMGTKi")
	n, err := strconv.ParseInt(digits, 10, 32)
	unit, known := units[text[len(digits):]]
	if err != nil {
		n, err = strconv.ParseInt(digits, 10, 64)
		known = known && unit == 1
	}
	return n * unit, err == nil && known
}
