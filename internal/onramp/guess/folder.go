package guess

import (
	"path"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
)

// folder is the folder of the program, from the top of the git repository.
type folder struct{ at string }

// run returns a command that runs in the folder.
func (f folder) run(command string) string {
	if f.at == "." {
		return command
	}
	return "cd " + f.at + " && " + command
}

// plainPath reports whether a path is safe in a spec and, unquoted, in a script.
func plainPath(p string) bool {
	return p == path.Clean(p) && len(p) <= 200 && plainWords().MatchString(p) && !strings.HasPrefix(p, "..")
}

var plainWords = lazy.Regexp(`^[A-Za-z0-9._][A-Za-z0-9._/+-]*$`)
