package report

import (
	"io"
	"os"

	"golang.org/x/term"
)

// Width is the number of columns of a terminal on which lines may be drawn anew, 0
// for anything else.
func Width(w io.Writer, env func(string) string) int {
	f, ok := w.(*os.File)
	if !ok || env("TERM") == "dumb" {
		return 0
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return width
}
