package prove

// Unknown stands in a word of a Command for what only a run can tell.
const Unknown = unknown

// Command is one simple command of a shell script, with its variables filled in.
type Command struct {
	// Words are the command and its arguments. What only a run knows is Unknown.
	Words []string
	// Dir is the folder it runs in, from where the script began.
	Dir string
	// Line is its line in the script, from 0.
	Line int
}

// Script reads a script as the proofs do: as a list of commands, each as if it ran
// once, from the folder dir and with these variables.
func Script(text, dir string, vars map[string]string) []Command {
	read := commands(text, dir, vars)
	out := make([]Command, len(read))
	for i, c := range read {
		out[i] = Command{Words: c.words, Dir: c.dir, Line: c.line}
	}
	return out
}
