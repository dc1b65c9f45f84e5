package parts

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// packaged are the programs that Debian ships, with their packages.
var packaged = [][2]string{{"etcd", "etcd-server"}, {"redis-server", "redis-server"}, {"prometheus", "prometheus"}, {"gh", "gh"}}

// debian finds them, and installs what is missing if it may.
func (s Set) debian(ctx context.Context, say func(string, ...any)) error {
	missing := s.find()
	if len(missing) == 0 {
		return nil
	}
	names := strings.Join(missing, " ")
	if _, err := exec.LookPath("apt-get"); err != nil || os.Getuid() != 0 {
		return fmt.Errorf("the cluster needs programs that are not installed; as root: apt-get install %s", names)
	}
	say("installing %s", names)
	for _, args := range [][]string{
		{"update", "--quiet"},
		append([]string{"install", "--quiet", "--yes", "--no-install-recommends"}, missing...),
	} {
		install := exec.CommandContext(ctx, "apt-get", args...)
		// At this run level Debian does not start what it installs.
		install.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1")
		if out, err := install.CombinedOutput(); err != nil {
			return fmt.Errorf("apt-get %s: %w\n%s", strings.Join(args, " "), err, out)
		}
	}
	if missing := s.find(); len(missing) != 0 {
		return fmt.Errorf("%s is installed, but its program is not found on PATH", strings.Join(missing, " "))
	}
	return nil
}

// find notes the programs that are there and returns the packages of the others.
func (s Set) find() (missing []string) {
	for _, p := range packaged {
		path, err := exec.LookPath(p[0])
		if err != nil {
			missing = append(missing, p[1])
			continue
		}
		s.programs[p[0]] = path
	}
	return missing
}
