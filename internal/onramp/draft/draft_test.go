package draft

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/diag"
)

// counter is a draft that is accepted after left repairs; below zero it cannot be
// repaired.
type counter struct {
	left  int
	fails error
}

func (c *counter) Write() ([]byte, error) { return fmt.Appendf(nil, "left:    %d\n", c.left), nil }

func (c *counter) Mend(diag.List) (bool, error) {
	if c.left > 0 {
		c.left--
	}
	return c.left >= 0, c.fails
}

func judged(text []byte) (diag.List, error) {
	if strings.HasSuffix(string(text), " 0\n") {
		return nil, nil
	}
	return diag.List{{Pos: diag.Position{Line: 1}, Message: "not yet"}}, nil
}

func TestSettle(t *testing.T) {
	broken := errors.New("broken")
	endless := func([]byte) (diag.List, error) { return diag.List{{Message: "never"}}, nil }
	failing := func([]byte) (diag.List, error) { return nil, broken }
	for _, c := range []struct {
		name  string
		draft *counter
		judge Judge
		want  string
	}{
		{"at once", &counter{left: 0}, judged, ""},
		{"mended", &counter{left: 3}, judged, ""},
		{"cannot be mended", &counter{left: -1}, judged, "line 1: not yet"},
		{"never right", &counter{left: 1}, endless, "line 0: the draft does not settle"},
		{"the judge fails", &counter{left: 1}, failing, "broken"},
		{"mending fails", &counter{left: 1, fails: broken}, judged, "broken"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := fmt.Sprint(Settle(c.draft, c.judge)); got != c.want && !(c.want == "" && got == "<nil>") {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestFinish(t *testing.T) {
	text, err := Finish(&counter{left: 0}, judged)
	if err != nil || string(text) != "left: 0\n" {
		t.Errorf("%q, %v", text, err)
	}
	if _, err := Finish(&counter{left: 1}, judged); err == nil {
		t.Error("a text that the judge refuses is finished")
	}
}

func TestNames(t *testing.T) {
	for text, want := range map[string]string{"Shop": "shop", "1-a_b..c-": "a-b-c", "web2": "web2", "ÄÖ": "", "": "", "12": "",
		strings.Repeat("a", 39) + "-b": strings.Repeat("a", 39)} {
		if got := Name(text, LongestName); got != want {
			t.Errorf("the name of %q is %q, want %q", text, got, want)
		}
	}
	for text, want := range map[string]string{"org/app": "org/app", "a..b/c__d": "a-b/c__d", "_/x-": "x/x", "a b/é": "a-b/x"} {
		if got := ImagePath(text); got != want {
			t.Errorf("the image path of %q is %q, want %q", text, got, want)
		}
	}
}
