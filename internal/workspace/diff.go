package workspace

import (
	"bytes"

	"github.com/rogpeppe/go-internal/diff"
)

// Diff returns what Apply would do to the file, as a unified diff that git apply accepts in the file's repository; it
// is "" where there is nothing to do. For a file that is refused it shows the difference from the generated one.
func Diff(c Change) string {
	if c.Status != Missing && c.Status != Drifted && c.Status != Foreign && c.Action(false) != Remove {
		return ""
	}
	oldName, newName := "a/"+c.File.Path, "b/"+c.File.Path
	header := "diff --git " + oldName + " " + newName + "\n"
	if c.Old == nil {
		header += "new file mode 100644\n"
		oldName = "/dev/null"
	}
	content := c.File.Content
	if c.Status == Orphan {
		header += "deleted file mode 100644\n"
		newName, content = "/dev/null", nil
	}
	// In a CRLF checkout every line would differ, and hide those that matter.
	text := diff.Diff(oldName, bytes.ReplaceAll(c.Old, []byte("\r\n"), []byte("\n")), newName, content)
	// The library's first line names the files in a form that git does not know.
	_, hunks, _ := bytes.Cut(text, []byte("\n"))
	return header + string(hunks)
}
