package documents

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/pipegen/pipegen/"

// everywhere may be imported by every room.
const everywhere = "internal/lazy"

// impure are the packages through which the disk, the clock or the network could come in.
var impure = []string{"os", "os/exec", "os/user", "io/ioutil", "net", "net/http", "math/rand", "math/rand/v2", "crypto/rand", "syscall", "log"}

// room is a row of a table of rooms in architecture.md.
type room struct {
	pure    bool
	all     bool // it may import every other
	imports []string
}

// house is what architecture.md says about rooms and about the homes of libraries.
type house struct {
	rooms map[string]room
	homes map[string][]string
}

// readHouse reads the tables of architecture.md between the headings of rooms and real systems.
func readHouse(t *testing.T) house {
	t.Helper()
	h := house{map[string]room{}, map[string][]string{}}
	_, text, _ := strings.Cut(read(t, "architecture.md"), "\n## Rooms\n")
	text, _, found := strings.Cut(text, "\n### Real systems\n")
	if !found {
		t.Fatal("architecture.md has no section 'Real systems' after its rooms")
	}
	for line := range strings.Lines(text) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | ")
		if !strings.HasPrefix(line, "| `") {
			continue
		}
		name := strings.Trim(cells[0], " `")
		if len(cells) == 2 {
			h.homes[name] = h.named(cells[1])
			continue
		}
		r := room{pure: strings.HasSuffix(cells[1], "; pure"), all: strings.TrimSpace(cells[2]) == "all"}
		if !r.all {
			r.imports = strings.Split(strings.ReplaceAll(cells[2], " ", ""), ",")
		}
		h.rooms[name] = r
	}
	for name, r := range h.rooms {
		r.imports = h.named(strings.Join(r.imports, ","))
		h.rooms[name] = r
	}
	return h
}

// named returns the full names of rooms.
func (h house) named(list string) []string {
	var out []string
	for _, name := range strings.Split(strings.ReplaceAll(list, " ", ""), ",") {
		if _, below := h.rooms["internal/"+name]; below {
			name = "internal/" + name
		}
		out = append(out, name)
	}
	return out
}

// importsOf reads what each of our packages imports. Tests are left out: they may
// import what they need. The files are read here, and not by the go command, so
// that the test cache notices when one of them changes.
func importsOf(t *testing.T) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	err := filepath.WalkDir("..", func(name string, e fs.DirEntry, err error) error {
		dir := strings.TrimPrefix(filepath.ToSlash(filepath.Dir(name)), "../")
		switch {
		case err != nil:
			return err
		case e.IsDir():
			_, err := os.Stat(filepath.Join(name, "go.mod"))
			if name != ".." && (err == nil || e.Name() == "testdata" || strings.HasPrefix(e.Name(), ".")) {
				return filepath.SkipDir
			}
			return nil
		case !strings.HasSuffix(name, ".go"):
			return nil
		}
		all[dir] = append(all[dir], "") // a package that has only tests is a room too
		if strings.HasSuffix(name, "_test.go") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, i := range f.Imports {
			all[dir] = append(all[dir], strings.Trim(i.Path.Value, `"`))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestRoomsImportWhatTheTableSays(t *testing.T) {
	h := readHouse(t)
	all := importsOf(t)
	for name, imports := range all {
		r, known := h.rooms[name]
		if !known {
			t.Errorf("docs/architecture.md has no row for the room %s", name)
			continue
		}
		for _, i := range imports {
			own, ours := strings.CutPrefix(i, module)
			if ours && !r.all && own != everywhere && !slices.Contains(r.imports, own) {
				t.Errorf("%s imports %s, which its row in docs/architecture.md does not name", name, own)
			}
			if r.pure && slices.Contains(impure, i) {
				t.Errorf("%s is called pure in docs/architecture.md and imports %s", name, i)
			}
			for library, homes := range h.homes {
				if below(i, library) && !slices.Contains(homes, name) {
					t.Errorf("%s imports %s, whose home is %s", name, i, strings.Join(homes, ", "))
				}
			}
		}
		for _, i := range r.imports {
			if i != "" && !slices.Contains(imports, module+i) {
				t.Errorf("%s does not import %s, as its row in docs/architecture.md says", name, i)
			}
		}
	}
	for name := range h.rooms {
		if all[name] == nil {
			t.Errorf("docs/architecture.md has a row for %s, which does not exist", name)
		}
	}
	if row := fmt.Sprintf("| about 35 | %d |", len(h.rooms)); !strings.Contains(read(t, "architecture.md"), row) {
		t.Errorf("docs/architecture.md counts another number of rooms than %d", len(h.rooms))
	}
	if len(h.homes) == 0 {
		t.Error("docs/architecture.md has no table of libraries")
	}
}

// below reports whether a package is the library itself, or lies in it if the
// library is a module and not a package of the standard library.
func below(pkg, library string) bool {
	first, _, _ := strings.Cut(library, "/")
	return pkg == library || path.Ext(first) != "" && strings.HasPrefix(pkg, strings.TrimSuffix(library, "/")+"/")
}

// TestBinaryStaysSmall: the examples of the documents run the binary as it is released.
func TestBinaryStaysSmall(t *testing.T) {
	info, err := os.Stat(filepath.Join(bin, "pipegen"))
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() >= 40<<20 {
		t.Errorf("the stripped binary has %d MiB, and 40 are promised", info.Size()>>20)
	}
}
