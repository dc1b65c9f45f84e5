package pipeline

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
)

// added is a user that an instruction RUN makes, with its number: useradd and adduser take it as -u, --uid or -r -u, and
// the name comes last or is followed by another command.
var added = lazy.Regexp(`\b(?:useradd|adduser)\b([^;&|]*)`)

// usersOf are the users that a command makes, by name.
func usersOf(command string) map[string]string {
	out := map[string]string{}
	for _, m := range added().FindAllStringSubmatch(command, -1) {
		words := strings.Fields(strings.NewReplacer("=", " ", "\\", " ").Replace(m[1]))
		number, names := "", []string{}
		for i, w := range words {
			before := ""
			if i > 0 {
				before = words[i-1]
			}
			switch {
			case before == "-u" || before == "--uid" || strings.HasPrefix(before, "-") && !strings.HasPrefix(before, "--") && strings.HasSuffix(before, "u"):
				number = w
			case !strings.HasPrefix(w, "-"):
				names = append(names, w)
			}
		}
		// An option's value may look like the name, which begins or ends the list.
		for _, name := range names {
			if number != "" {
				out[name] = number
			}
		}
	}
	return out
}

// known are the users of public base images: a part of the image's name, the name of the user, and its number and that of
// its group. The sources are the Dockerfiles of these images.
var known = []struct {
	image, name string
	user, group int
}{
	{"gcr.io/distroless/", "nonroot", 65532, 65532},
	{"cgr.dev/chainguard/", "nonroot", 65532, 65532},
	{"node:", "node", 1000, 1000},
	{"mcr.microsoft.com/dotnet/", "app", 1654, 1654},
	{"mcr.microsoft.com/dotnet/", "$APP_UID", 1654, 1654},
	{"nginx", "nginx", 101, 101},
	{"alpine", "www-data", 82, 82},
	{"", "www-data", 33, 33},
	{"", "nobody", 65534, 65534},
}

// Numbers are the user and the group that the image runs as, as far as the Dockerfile says so: by their numbers, by a
// user that it makes with one, or by one that its base image is known for.
func (i Dockerfile) Numbers() (user, group int, ok bool) {
	name, groupName, _ := strings.Cut(i.User, ":")
	base := ""
	if len(i.Bases) > 0 {
		base = i.Bases[0].Image
	}
	if name == "" && strings.HasPrefix(base, "gcr.io/distroless/") && strings.Contains(base, ":") && strings.Contains(base, "nonroot") {
		name = "nonroot"
	}
	name = cmp.Or(i.users[name], name)
	if user, ok = number(name); ok {
		if group, ok = number(groupName); !ok {
			group = user
		}
		return user, group, true
	}
	for _, k := range known {
		if name == k.name && strings.Contains(base, k.image) {
			return k.user, k.group, true
		}
	}
	return 0, 0, false
}

func number(text string) (int, bool) {
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= 0
}
