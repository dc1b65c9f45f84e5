// Package shell reads the scripts of workflows as bash would, far enough to say which commands they run, in which
// folder and with which arguments. It runs nothing.
package shell

import (
	"path"
	"slices"
	"strings"
)

// Unknown replaces the parts of an expanded word that are known only in a run.
const Unknown = "\x00"

// Command is one simple command of a script, with its variables filled in.
type Command struct {
	// Words are the command and its arguments.
	Words []string
	// Dir is the folder it runs in, from where the script began.
	Dir string
	// Line is its line in the script, from 0.
	Line int
	// Pipe is the index of the command that reads its output, -1 if there is none.
	Pipe int
	// Forgiven is set where the script does not fail although the command does: it is a condition, it is followed by ||
	// and something that does not fail by itself, or set +e came before.
	Forgiven bool
	// Repeated is set in a loop.
	Repeated bool
	// Fault says why the script cannot be read from this line on, "" for a command that was read. Such a command has
	// the one word Unknown: it may be any.
	Fault string

	output      string
	substituted bool
}

// Is reports whether the command begins with these words.
func (c Command) Is(words ...string) bool {
	return len(c.Words) >= len(words) && slices.Equal(c.Words[:len(words)], words)
}

// Git reports whether the command is the git subcommand of this name, with any options before it.
func (c Command) Git(name string) bool {
	at := c.subcommand()
	return c.Is("git") && at > 0 && c.Words[at] == name
}

// GitArgs are the words behind git's subcommand that are no options.
func (c Command) GitArgs() []string {
	at := c.subcommand()
	if at == 0 {
		return nil
	}
	return c.Args(at + 1)
}

// subcommand is the index of git's subcommand among the words, 0 if there is none.
func (c Command) subcommand() int {
	for i := 1; i < len(c.Words); i++ {
		switch w := c.Words[i]; {
		case w == "-C" || w == "-c":
			i++
		case !strings.HasPrefix(w, "-"):
			return i
		}
	}
	return 0
}

// Args are the words behind the first n that are no options; a lone dash is none.
func (c Command) Args(n int) []string {
	var out []string
	for i := n; i < len(c.Words); i++ {
		if w := c.Words[i]; !strings.HasPrefix(w, "-") || w == "-" {
			out = append(out, w)
		}
	}
	return out
}

// Has reports whether one of the words is in the command.
func (c Command) Has(words ...string) bool {
	return slices.ContainsFunc(c.Words, func(have string) bool { return slices.Contains(words, have) })
}

// Option is the value of --name=value or --name value; ok reports the option.
func (c Command) Option(name string) (value string, ok bool) {
	for i, w := range c.Words {
		if w == name {
			if i+1 < len(c.Words) {
				return c.Words[i+1], true
			}
			return "", true
		}
		if v, found := strings.CutPrefix(w, name+"="); found {
			return v, true
		}
	}
	return "", false
}

// Output is the file that the command writes, "" for none.
func (c Command) Output() string { return c.output }

// Join is the folder or file that a command in dir means by a word.
func Join(dir, to string) string {
	if path.IsAbs(to) || strings.HasPrefix(to, Unknown) {
		return to
	}
	return path.Join(dir, to)
}
