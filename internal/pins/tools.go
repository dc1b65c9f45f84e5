package pins

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
)

// Form is how files name a tool that they download. One of Image, Env and Action is set.
type Form struct {
	// Image is the repository of an image, which is named as IMAGE:VERSION@DIGEST.
	Image string `json:"image"`
	// Env is the prefix of two variables: ENV_VERSION, and ENV_SHA256 where there is a digest.
	Env string `json:"env"`
	// Action installs the tool in the release that its Input names.
	Action string `json:"action"`
	Input  string `json:"input"`
}

// ToolUse is a place in a file that names a tool.
type ToolUse struct {
	// Line is the line of the version, counted from 1.
	Line int
	Name string
	// Pin has the digest in place of a commit, or none.
	Pin
}

// field matches a YAML key with a plain value in the same line.
var field = lazy.Regexp(`^ *(?:- )?([A-Za-z_][A-Za-z0-9_-]*): +(?:"([^"]*)"|'([^']*)'|([^\s"'#|>][^\s#]*))`)

// ToolUses returns the places in a workflow or a manifest that name one of the tools.
func ToolUses(text []byte, forms map[string]Form) []ToolUse {
	var out []ToolUse
	action := ""
	for i, line := range code(text) {
		if strings.HasPrefix(strings.TrimLeft(line, " "), "- ") {
			action = ""
		}
		if m := usesLine().FindStringSubmatch(line); m != nil {
			action = m[3]
			continue
		}
		m := field().FindStringSubmatch(line)
		if m == nil {
			continue
		}
		key, value := m[1], m[2]+m[3]+m[4]
		for name, f := range forms {
			if p, ok := f.pin(action, key, value); ok {
				out = append(out, ToolUse{Line: i + 1, Name: name, Pin: p})
			}
			if last := len(out) - 1; f.Env != "" && key == f.Env+"_SHA256" && last >= 0 && out[last].Name == name {
				out[last].SHA = "sha256:" + value
			}
		}
	}
	return out
}

// pin returns the pin of a tool of this form, if the field names the tool.
func (f Form) pin(action, key, value string) (Pin, bool) {
	switch {
	case f.Env != "":
		return Pin{Version: value}, key == f.Env+"_VERSION"
	case f.Action != "":
		return Pin{Version: value}, action == f.Action && key == f.Input
	}
	if !strings.Contains(value, f.Image) { // nearly always, and it saves the expression
		return Pin{}, false
	}
	m := f.reference().FindStringSubmatch(value)
	if m == nil {
		return Pin{}, false
	}
	return Pin{Version: m[1], SHA: m[2]}, true
}

// reference matches the image at the end of a value, alone or after the name of an option. An image of another
// registry, such as a mirror, does not match.
func (f Form) reference() *regexp.Regexp {
	return regexp.MustCompile(`(?:^|=)(?:docker\.io/)?` + regexp.QuoteMeta(f.Image) + `(?::([A-Za-z0-9_][A-Za-z0-9._-]*))?(?:@(sha256:[0-9a-f]{64}))?$`)
}

// Older reports whether a release of a tool is older than another one, by the numbers in their names.
func Older(a, b string) bool {
	return slices.Compare(inName(a), inName(b)) < 0
}

func inName(version string) []int {
	var out []int
	for _, part := range number().FindAllString(version, -1) {
		n, _ := strconv.Atoi(part)
		out = append(out, n)
	}
	return out
}

var number = lazy.Regexp(`[0-9]{1,9}`)

// Judge says what is wrong with a tool's release, or nil. An unknown release is not wrong.
func (u ToolUse) Judge(known []Pin) *Fault {
	if why := Malicious(u.Name, u.Version); why != "" {
		return &Fault{"W05", fmt.Sprintf("%s %s must not run: %s", u.Name, u.Version, why), "take another release, and replace all secrets that a run with this one could read"}
	}
	for _, k := range known {
		switch {
		case k.SHA != "" && u.SHA == "":
			return &Fault{"W06", fmt.Sprintf("%s %s has no digest: its name can be moved to another program", u.Name, u.Version), "write the digest of the release behind it"}
		case k.Version == u.Version && k.SHA != u.SHA:
			return &Fault{"W06", fmt.Sprintf("%s %s is %s, and here it is %s", u.Name, u.Version, k.SHA, u.SHA), "write " + k.SHA}
		case k.SHA != "" && k.SHA == u.SHA && u.Version != "" && k.Version != u.Version:
			return &Fault{"W06", fmt.Sprintf("%s is %s %s, and here it is called %s", u.SHA, u.Name, k.Version, u.Version), "write " + k.Version}
		}
	}
	return nil
}
