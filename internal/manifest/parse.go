package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/lazy"
)

// MaxSize is the largest manifest that is read, in bytes: some thousand files fit into it.
const MaxSize = 1 << 20

// Error says what is wrong with a manifest, and in which line, counted from 1.
type Error struct {
	Line    int
	Message string
}

func (e *Error) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Message) }

// file is the manifest's own form.
type file struct {
	Format    int     `json:"format"`
	Generator string  `json:"generator"`
	Source    string  `json:"source"`
	Spec      string  `json:"spec"`
	Files     []entry `json:"files"`
}

type entry struct {
	Path   string `json:"path"`
	Owner  string `json:"owner"`
	SHA256 string `json:"sha256"`
}

var hash = lazy.Regexp(`^[0-9a-f]{64}$`)

// Parse reads a manifest. It comes from a commit, which anybody may have written, so nothing in it is trusted: a path
// that leaves the repository or reaches into git's own folder makes the whole of it invalid. The error is an *Error.
func Parse(src []byte) (Manifest, error) {
	if len(src) > MaxSize {
		return Manifest{}, &Error{1, fmt.Sprintf("it has more than %d bytes", MaxSize)}
	}
	var f file
	d := json.NewDecoder(bytes.NewReader(src))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return Manifest{}, &Error{lineAt(src, offsetOf(err, src, d)), plain(err)}
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Manifest{}, &Error{lineAt(src, d.InputOffset()), "something follows the end of the list"}
	}
	if f.Format != format {
		return Manifest{}, &Error{lineOf(src, "format"), fmt.Sprintf("its format is %d, and this pipegen knows %d", f.Format, format)}
	}
	m := Manifest{Generator: f.Generator, Source: f.Source, Spec: f.Spec}
	seen := map[string]bool{}
	for _, e := range f.Files {
		if fault := faultOf(e); fault != "" {
			return Manifest{}, &Error{lineOf(src, e.Path), fault}
		}
		// On some file systems two names that differ only in case are one.
		if place := strings.ToLower(e.Path); seen[place] {
			return Manifest{}, &Error{lineOf(src, e.Path), fmt.Sprintf("%q is in the list twice", e.Path)}
		} else {
			seen[place] = true
		}
		m.Files = append(m.Files, Entry(e))
	}
	return m.With(), nil
}

func faultOf(e entry) string {
	switch {
	case e.Path == "" || path.Clean(e.Path) != e.Path || path.IsAbs(e.Path) || e.Path == "." || e.Path == ".." || strings.HasPrefix(e.Path, "../"):
		return fmt.Sprintf("%q is no path inside the repository", e.Path)
	case strings.ContainsAny(e.Path, "\\:\x00\n\r"):
		return fmt.Sprintf("%q has a character that no generated path may have", e.Path)
	case artifact.OfGit(e.Path):
		return fmt.Sprintf("%q is git's own, and pipegen writes nothing there", e.Path)
	case e.Owner != "generated" && e.Owner != "live" && e.Owner != "seeded":
		return fmt.Sprintf("%s has the owner %q; it must be generated, live or seeded", e.Path, e.Owner)
	case e.Owner != "generated" && e.SHA256 != "":
		return fmt.Sprintf("%s is %s and has a hash; only generated files have one", e.Path, e.Owner)
	case e.Owner == "generated" && !hash().MatchString(e.SHA256):
		return fmt.Sprintf("%s has the hash %q; it must be 64 hexadecimal digits", e.Path, e.SHA256)
	}
	return ""
}

func offsetOf(err error, src []byte, d *json.Decoder) int64 {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return int64(len(src))
	case errors.As(err, &syntax):
		return syntax.Offset
	case errors.As(err, &kind):
		return kind.Offset
	}
	return d.InputOffset()
}

// plain rewrites a decoder's error for a reader who does not know Go.
func plain(err error) string {
	var kind *json.UnmarshalTypeError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "it ends too early"
	case errors.As(err, &kind):
		return fmt.Sprintf("%q has a value of the wrong type", kind.Field)
	}
	return "it is no valid list: " + strings.TrimPrefix(err.Error(), "json: ")
}

func lineAt(src []byte, offset int64) int {
	offset = min(max(offset, 0), int64(len(src)))
	return bytes.Count(src[:offset], []byte("\n")) + 1
}

// lineOf returns the first line that contains a JSON string, or 1.
func lineOf(src []byte, s string) int {
	at := bytes.Index(src, []byte(text(s)))
	return lineAt(src, int64(at))
}
