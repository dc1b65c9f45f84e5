package pipeline

import (
	"cmp"
	"path"
	"strings"
)

// DockerMount is a secret, or the socket of an agent with keys, that an instruction mounts. ID is "" where a variable decides it.
type DockerMount struct {
	SSH  bool
	ID   string
	Line int
}

// mounts reads the flags of an instruction.
// https://docs.docker.com/reference/dockerfile/#run---mounttypesecret
func mounts(flags []string, line int) []DockerMount {
	var out []DockerMount
	for _, flag := range flags {
		text, ok := strings.CutPrefix(flag, "--mount=")
		if !ok {
			continue
		}
		options := map[string]string{}
		for _, option := range strings.Split(text, ",") {
			name, value, _ := strings.Cut(option, "=")
			options[strings.ToLower(name)] = strings.Trim(value, `"'`)
		}
		id := options["id"]
		switch options["type"] {
		case "ssh":
			id = cmp.Or(id, "default")
		case "secret":
			if target := cmp.Or(options["target"], options["dst"], options["destination"]); id == "" && target != "" {
				id = path.Base(target)
			}
		default:
			continue
		}
		if strings.Contains(id, "$") {
			id = ""
		}
		out = append(out, DockerMount{SSH: options["type"] == "ssh", ID: id, Line: line})
	}
	return out
}
