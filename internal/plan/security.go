package plan

import "slices"

// Security is what a container may do on its node beyond what every container may. Path is its place in the spec.
type Security struct {
	Path                              string
	Root, WritableRoot, AnySystemCall bool
	Capabilities                      []string
}

// The levels of Pod Security, the strictest first.
var levels = []string{"restricted", "baseline", "privileged"}

// Laxer reports whether a level of Pod Security lets in more than another one.
func Laxer(level, than string) bool {
	return slices.Index(levels, level) > slices.Index(levels, than)
}

// ofBaseline are the capabilities that the level baseline lets a container have.
var ofBaseline = []string{
	"AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
}

// level is the strictest one that lets the container in. It does not ask about the root file system.
func (s Security) level() int {
	switch {
	case s.AnySystemCall, slices.ContainsFunc(s.Capabilities, func(c string) bool { return !slices.Contains(ofBaseline, c) }):
		return 2
	case s.Root:
		return 1
	}
	return 0
}

// PodSecurity is the strictest level that lets in the pods of an environment.
func (p Plan) PodSecurity(e Environment) string {
	least := 0
	for _, w := range p.In(e) {
		least = max(least, w.Security.level())
		for _, c := range w.Init {
			least = max(least, c.Security.level())
		}
	}
	return levels[least]
}
