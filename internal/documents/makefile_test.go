package documents

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestConcurrent: the packages that the race detector tests are those that start goroutines.
func TestConcurrent(t *testing.T) {
	line := regexp.MustCompile(`(?m)^CONCURRENT := (.+)$`).FindStringSubmatch(read(t, "../Makefile"))
	if line == nil {
		t.Fatal("the Makefile does not say which packages start goroutines")
	}
	start := map[string]bool{}
	for _, room := range []string{"cmd", "generate", "internal", "schema", "templates"} {
		err := filepath.WalkDir("../"+room, func(at string, _ fs.DirEntry, err error) error {
			if err != nil || path.Ext(at) != ".go" || strings.HasSuffix(at, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), at, nil, 0)
			if err == nil && startsGoroutines(file) {
				start["./"+path.Dir(strings.TrimPrefix(filepath.ToSlash(at), "../"))] = true
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if got, want := slices.Sorted(slices.Values(strings.Fields(line[1]))), slices.Sorted(maps.Keys(start)); !slices.Equal(got, want) {
		t.Errorf("CONCURRENT of the Makefile has %v, and these start goroutines: %v", got, want)
	}
}

// startsGoroutines finds go statements, and the method Go of a group that waits for them.
func startsGoroutines(file *ast.File) bool {
	found := false
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			found = true
		case *ast.CallExpr:
			s, ok := n.Fun.(*ast.SelectorExpr)
			found = found || ok && s.Sel.Name == "Go"
		}
		return !found
	})
	return found
}
