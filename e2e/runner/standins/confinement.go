package standins

import (
	"fmt"
	"strconv"
	"strings"
)

// confinement is the environment that docker gives to the program in a container.
type confinement struct {
	uid, gid int
	readOnly bool
	mounts   []tmpfs
	// memory is in bytes, with swap; 0 is no limit.
	memory int64
}

// tmpfs is a folder in memory.
type tmpfs struct {
	path     string
	mode     uint32
	uid, gid int
	exec     bool
	// size is in bytes; 0 is half of the machine's memory.
	size int64
}

// mount reads the argument of --tmpfs. Docker adds noexec, and the folder is root's and open to all, unless the image
// has it: then its mode is the image's, if none is given.
func (w World) mount(text string) (tmpfs, error) {
	path, options, _ := strings.Cut(text, ":")
	m := tmpfs{path: path, mode: 0o1777}
	if mode, ok := w.Folders[path]; ok {
		m.mode = mode
	}
	for option := range strings.SplitSeq(options, ",") {
		name, value, _ := strings.Cut(option, "=")
		var err error
		switch name {
		case "", "rw", "noexec":
			m.exec = m.exec && name != "noexec"
		case "exec":
			m.exec = true
		case "mode":
			var mode uint64
			mode, err = strconv.ParseUint(value, 8, 16)
			m.mode = uint32(mode)
		case "uid":
			m.uid, err = strconv.Atoi(value)
		case "gid":
			m.gid, err = strconv.Atoi(value)
		case "size":
			m.size, err = bytesOf(value)
		default:
			err = fmt.Errorf("invalid tmpfs option %q", option)
		}
		if err != nil {
			return tmpfs{}, err
		}
	}
	return m, nil
}

// bytesOf reads a number of bytes as docker and the kernel do.
func bytesOf(text string) (int64, error) {
	digits := strings.TrimRight(text, "bkmg")
	n, err := strconv.ParseInt(digits, 10, 64)
	return n * map[string]int64{"": 1, "b": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}[text[len(digits):]], err
}

// complaint is the error of the world's program if it cannot run under the confinement, "" if it can. killed reports
// whether the kernel ends it.
func (c confinement) complaint(w World) (text string, killed bool) {
	for _, folder := range w.Writes {
		m, ok := c.mounted(folder)
		switch {
		case !ok && c.readOnly:
			return folder + ": Read-only file system", false
		case ok && !m.open(c.uid, c.gid):
			return folder + ": Permission denied", false
		case ok && m.size > 0 && w.FolderBytes > m.size:
			return folder + ": No space left on device", false
		}
	}
	for _, folder := range w.RunsFrom {
		if m, ok := c.mounted(folder); ok && !m.exec {
			return folder + "/libnative.so: failed to map segment from shared object: Operation not permitted", false
		}
	}
	if needs := w.Memory + w.FolderBytes*int64(len(w.Writes)); c.memory > 0 && needs > c.memory {
		return "", true
	}
	return "", false
}

func (c confinement) mounted(folder string) (tmpfs, bool) {
	for _, m := range c.mounts {
		if folder == m.path || strings.HasPrefix(folder, m.path+"/") {
			return m, true
		}
	}
	return tmpfs{}, false
}

// open reports whether a user may make files in the folder.
func (m tmpfs) open(uid, gid int) bool {
	shift := 0
	switch {
	case uid == m.uid:
		shift = 6
	case gid == m.gid:
		shift = 3
	}
	const writeAndEnter = 0o3
	return m.mode>>shift&writeAndEnter == writeAndEnter
}

// confined reads the options of docker run that confine a container.
func (w World) confined(user string, readOnly bool, mounts []string, memory, swap string) (confinement, error) {
	c := confinement{readOnly: readOnly}
	if _, err := fmt.Sscanf(user, "%d:%d", &c.uid, &c.gid); err != nil {
		return c, fmt.Errorf("not imitated: --user %s", user)
	}
	for _, text := range mounts {
		m, err := w.mount(text)
		if err != nil {
			return c, err
		}
		c.mounts = append(c.mounts, m)
	}
	if memory == "" {
		return c, nil
	}
	limit, err := bytesOf(memory)
	if err != nil {
		return c, err
	}
	if c.memory = 2 * limit; swap != "" {
		c.memory, err = bytesOf(swap)
	}
	if c.memory < limit || limit < 6<<20 {
		return c, fmt.Errorf("docker refuses --memory %s with --memory-swap %s", memory, swap)
	}
	return c, err
}
