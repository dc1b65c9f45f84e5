package fromsource

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/onramp/draft"
	"github.com/pipegen/pipegen/templates"
)

// Mark begins the comment on a line whose value is a guess; the rest of the line is what to look at.
const Mark = " // CHECK: "

// Marked is a line of a spec with a mark, from 1, and what to look at there.
type Marked struct {
	Line int
	Look string
}

// Imports comes in a draft before the names of workflows from which an import takes more.
const Imports = "'pipegen import' drafts from "

// Marks are the lines of a spec that have a mark.
func Marks(text []byte) []Marked {
	var out []Marked
	for i, line := range strings.Split(string(text), "\n") {
		if _, look, ok := strings.Cut(line, Mark); ok {
			out = append(out, Marked{i + 1, look})
		}
	}
	return out
}

// hole is a hidden identifier of CUE: a fragment of the starter is CUE by itself.
var hole = lazy.Regexp(`(?:^|[^A-Za-z0-9_"])(_[a-z][A-Za-z]*)`)

// line is a line of the starter, with the name of the setting in it or "".
type line struct{ text, setting string }

// compose joins fragments of templates/starter and fills their holes, at most one in a line. A line whose hole has no
// value is left out, and so is a block that becomes empty. It returns the setting of each line, from 1.
func compose(fragments []fragment, s draft.Settings) (text []byte, lines map[int]string, err error) {
	var out []line
	seen := map[string]bool{}
	for i, f := range fragments {
		src, err := templates.Files.ReadFile("starter/" + f.name + ".cue")
		if err != nil {
			return nil, nil, err
		}
		if i > 0 {
			out = append(out, line{})
		}
		again := f.key != "" && seen[f.name] // then what the fragment begins with has been said
		seen[f.name] = true
		for t := range strings.Lines(string(src)) {
			if again = again && strings.HasPrefix(t, "//"); again {
				continue
			}
			out = appendFilled(out, f.placed(strings.TrimSuffix(t, "\n")), f.under, s)
		}
	}
	var b bytes.Buffer
	lines = map[int]string{}
	for i, l := range out {
		b.WriteString(l.text + "\n")
		if l.setting != "" {
			lines[i+1] = l.setting
		}
	}
	return b.Bytes(), lines, nil
}

// fragment is a part of the starter.
type fragment struct {
	name string
	// key is that of the entry of images, workloads or criteria that it becomes, or "" for what there is one of, and
	// under begins the names of its settings.
	key, under string
}

// top matches the beginning of a section.
var top = lazy.Regexp(`^(test|registries|image|deploy|criteria: covered): ?`)

// section matches the beginning of tests that say a language.
var section = lazy.Regexp(`\btest: [a-z]+: \{$`)

// placed puts the section that begins in a line under its key.
func (f fragment) placed(t string) string {
	section := top().FindString(t)
	if f.key == "" || section == "" {
		return t
	}
	key := draft.Label(f.key)
	to := map[string]string{"test": "images: " + key + ": test: ", "registries": "registries: " + key + ": ", "image": "images: " + key + ": ", "deploy": "workloads: " + key + ": ",
		"criteria: covered": "criteria: " + key + ": "}
	return to[strings.TrimRight(section, ": ")] + t[len(section):]
}

// appendFilled adds a line of a fragment with its hole filled, by a setting whose name begins as given.
func appendFilled(out []line, t, under string, s draft.Settings) []line {
	at := hole().FindStringSubmatchIndex(t)
	if at == nil {
		if n := len(out) - 1; n >= 0 && strings.TrimSpace(t) == "}" && strings.HasSuffix(out[n].text, "{") {
			if section().MatchString(out[n].text) {
				out[n].text += "}" // the language alone says all
				return out
			}
			return out[:n]
		}
		return append(out, line{text: t})
	}
	name := under + t[at[2]+1:at[3]]
	v := s[name]
	if v.Value == nil {
		return out
	}
	filled := draft.Literal(v.Value)
	if strings.HasPrefix(t, "//") {
		filled = draft.Plain(fmt.Sprint(v.Value))
	}
	t = t[:at[2]] + filled + t[at[3]:]
	if v.Note != "" {
		t += Mark + draft.Plain(v.Note)
	}
	return append(out, line{t, name})
}
