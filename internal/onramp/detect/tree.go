package detect

import (
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

// Sizes above which a file cannot be what its name says.
const (
	maxManifest = 1 << 20
	maxLock     = 64 << 20
)

// tree reads one folder and cannot leave it. A symbolic link that points outside, or a file that cannot be read, counts
// as missing.
type tree struct{ root *os.Root }

// read returns a regular file of at most limit bytes.
func (t tree) read(name string, limit int64) ([]byte, bool) {
	// Opening a pipe would block: look first.
	info, err := t.root.Stat(name)
	if err != nil || !info.Mode().IsRegular() || info.Size() > limit {
		return nil, false
	}
	f, err := t.root.Open(name)
	if err != nil {
		return nil, false
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, limit))
	return content, err == nil
}

// text returns a small file, or "".
func (t tree) text(name string) string {
	content, _ := t.read(name, maxManifest)
	return string(content)
}

// has reports whether there is a regular file.
func (t tree) has(name string) bool {
	info, err := t.root.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

// executable reports whether there is an executable file.
func (t tree) executable(name string) bool {
	info, err := t.root.Stat(name)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

// first returns the first of the names that is a regular file, or "".
func (t tree) first(names ...string) string {
	for _, name := range names {
		if t.has(name) {
			return name
		}
	}
	return ""
}

// list returns the names in a folder, sorted; hidden ones are left out.
func (t tree) list(dir string) (files, dirs []string) {
	entries, err := fs.ReadDir(t.root.FS(), path.Clean(dir))
	if err != nil {
		return nil, nil
	}
	for _, e := range entries {
		switch {
		case strings.HasPrefix(e.Name(), "."):
		case e.IsDir():
			dirs = append(dirs, e.Name())
		case e.Type().IsRegular():
			files = append(files, e.Name())
		}
	}
	slices.Sort(files)
	slices.Sort(dirs)
	return files, dirs
}
