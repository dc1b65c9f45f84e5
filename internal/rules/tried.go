package rules

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// triedFolders requires that CI mounts the writable folders as the kubelet does: open to
// the program, with room for as much, and with programs running from them.
func (m *Case) triedFolders(s *pipeline.Step, w pipeline.Workload, c pipeline.Node) {
	given := s.Get("env", "FOLDER_SIZE")
	for _, v := range mountedEmpty(w, c) {
		limit := v.Get("emptyDir", "sizeLimit")
		have, known := size(limit.Text(), kubernetesUnits)
		if tried, ok := size(given.Text(), dockerUnits); known && (!ok || tried != have) {
			m.broken(given.At(), limit.At(), "FOLDER_SIZE: as much as sizeLimit", "%s tries the image with %s in each writable folder, and the pod has %s", s.Job.Label(), quoted(given.Text()), limit.Text())
		}
	}
	mounts := tmpfs.FindAllStringSubmatch(s.Run(), -1)
	open := len(mounts) > 0
	for _, mount := range mounts {
		options := strings.Split(mount[1], ",")
		open = open && slices.Contains(options, "exec") && slices.ContainsFunc(options, func(o string) bool { return openMode.MatchString(o) })
	}
	if !open {
		m.broken(s.Get("run").At(), c.Get("volumeMounts").At(), `--tmpfs "${folder}:rw,exec,mode=2777,gid=${RUN_AS#*:},size=${FOLDER_SIZE}"`,
			"%s mounts the writable folders otherwise than the pod does: there everyone may write to them, and programs run from them", s.Job.Label())
	}
}

var (
	tmpfs    = regexp.MustCompile(`--tmpfs[ =]"[^":]*(?:\$\{[^}]*\})?[^":]*:([^"]*)"`)
	openMode = regexp.MustCompile(`^mode=[0-7]?777$`)
)

// mountedEmpty are the volumes of the container that begin empty.
func mountedEmpty(w pipeline.Workload, c pipeline.Node) []pipeline.Node {
	var out []pipeline.Node
	for _, v := range w.Pod().Get("volumes").Items() {
		mounted := slices.ContainsFunc(c.Get("volumeMounts").Items(), func(mount pipeline.Node) bool {
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
func (m *Case) triedMemory() {
	if m.Facts.Emulated {
		return
	}
	least, limit := int64(0), pipeline.Node{}
	for _, o := range m.overlays {
		w, c, ok := o.app(m)
		if !ok {
			continue
		}
		n := c.Get("resources", "limits", "memory")
		bytes, known := size(n.Text(), kubernetesUnits)
		if !known && n.OK() {
			return
		}
		for _, v := range mountedEmpty(w, c) {
			room, _ := size(v.Get("emptyDir", "sizeLimit").Text(), kubernetesUnits)
			bytes += room
		}
		if n.OK() && (!limit.OK() || bytes < least) {
			least, limit = bytes, n
		}
	}
	if !limit.OK() {
		return
	}
	m.smokeSteps(func(s *pipeline.Step) {
		n := s.Get("env", "CONTAINER_MEMORY")
		if have, ok := size(n.Text(), dockerUnits); !ok || have != least || !strings.Contains(s.Run(), `--memory "${CONTAINER_MEMORY}" --memory-swap "${CONTAINER_MEMORY}"`) {
			m.broken(n.At(), limit.At(), "CONTAINER_MEMORY: \""+strconv.FormatInt(least, 10)+"\", and --memory and --memory-swap in the script", "%s tries the image with %s of memory, and the smallest of the pods has %s, with room for its folders", s.Job.Label(), quoted(n.Text()), limit.Text())
		}
	})
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
