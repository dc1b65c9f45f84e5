package diagnose

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/live/verdict"
)

// all returns the contents of files in one text.
func all(t *testing.T, pattern string) string {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) == 0 {
		t.Fatalf("no %s: %v", pattern, err)
	}
	var b strings.Builder
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(text)
	}
	return b.String()
}

// TestWords: the generated scripts print the words that the tests of causes look
// for.
func TestWords(t *testing.T) {
	scripts := strings.ToLower(all(t, "../../../templates/scripts/*.sh"))
	for _, word := range []string{wordsRefused, "title=secret missing::", "title=variable missing::", "title=not deployed::", "does not render", "nobody can say which commit is newer"} {
		if !strings.Contains(scripts, word) {
			t.Errorf("no script says %q", word)
		}
	}
}

// TestWord: no name that a server gives to an object runs as a command when a
// remedy is typed.
func TestWord(t *testing.T) {
	for name, want := range map[string]string{"payments-6d4-a": "payments-6d4-a", "a;rm -rf ~": "NAME", "-x": "NAME", "$(id)": "NAME", "": "NAME"} {
		if got := verdict.Word(name); got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
}
