package draft

import (
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/onramp/drafttest"
	"github.com/pipegen/pipegen/schema"
)

func at(line int) SourceLine {
	return SourceLine{Path: "ci.yaml", File: "repo/ci.yaml", Line: line}
}

func written(t *testing.T, d *Tree) string {
	t.Helper()
	text, err := d.Write()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// refuse repairs a draft as if a judge had refused the line with a text.
func refuse(t *testing.T, d *Tree, holds string, p diag.Diagnostic) (changed bool) {
	t.Helper()
	for i, l := range strings.Split(written(t, d), "\n") {
		if strings.Contains(l, holds) {
			p.Pos.Line = i + 1
			changed, err := d.Mend(diag.List{p})
			if err != nil {
				t.Fatal(err)
			}
			return changed
		}
	}
	t.Fatalf("no line holds %q", holds)
	return false
}

func TestWrite(t *testing.T) {
	d := &Tree{Head: "// A draft.\n"}
	d.Root.Put(Read("shop", at(3)), "name")
	d.Root.Put(Guess(8080, "no\nport"), "deploy", "port")
	step := d.Root.Append("test", "steps")
	step.Put(Read("a\n\n  \\b\"\"\"\n", at(4)), "run")
	step.Put(Setting{Value: "x"}, "env", "A-B")
	d.Root.Put(Setting{Value: []int{1, 2}}, "deploy", "egress")
	const want = `// A draft.
name: "shop" // from ci.yaml:3
deploy: {
port: 8080 // guessed: no?port
egress: [1,2]
}

test: {
steps: [
{
// from ci.yaml:4
run: """
	a

	  \\b\"""
	"""
env: {
"A-B": "x"
}
},
]
}

`
	if got := written(t, d); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// A script that a spec accepts is read back unchanged.
func TestWriteScripts(t *testing.T) {
	taken := 0
	for _, text := range drafttest.NastyTexts() {
		for _, script := range []string{text, "a\n" + text, text + "\n\n\t" + text + "\n"} {
			d := &Tree{Head: "// A draft."}
			for path, value := range map[string]any{"name": "shop", "intent": "It runs.", "source repository": "acme/shop", "gitops repository": "acme/gitops",
				"deploy port": 8080, "deploy probes readiness": "/", "environments production namespace": "shop"} {
				d.Root.Put(Setting{Value: value}, strings.Fields(path)...)
			}
			step := d.Root.Append("test", "steps")
			step.Put(Setting{Value: "Test"}, "name")
			step.Put(Read(script, SourceLine{Path: text, File: "f", Line: 1}), "run")
			loaded, found := schema.Load("pipeline.cue", []byte(written(t, d)))
			if found.Failed() {
				continue
			}
			taken++
			want := string([]rune(script)) // a spec must be UTF-8
			if got := loaded.Spec.Tests[0].Value.Steps[0].Run; strings.TrimRight(got, "\n") != strings.TrimRight(want, "\n") {
				t.Errorf("%q is read back as %q", script, got)
			}
		}
	}
	if taken < 100 {
		t.Errorf("only %d scripts were taken", taken)
	}
}

func TestMend(t *testing.T) {
	said := diag.Diagnostic{Code: diag.BadValue, Message: "too bad", Help: "do better"}
	for _, c := range []struct {
		name, refused string
		say           diag.Diagnostic
		// has and hasNot are about the text after the repair, left is what was left
		// out.
		has, hasNot, left string
		unchanged         bool
		again             int
	}{
		{name: "a spare", refused: "name:", say: said, has: `name: "app" // guessed: the value at ci.yaml:1 is refused: too bad`},
		{name: "a value", refused: "replicas:", say: said, hasNot: "replicas", left: "deploy.replicas was left out: too bad"},
		{name: "what becomes empty", refused: `"web"`, say: said, hasNot: "owner", left: "owner.name was left out: too bad"},
		{name: "a whole step", refused: `"true"`, say: said, hasNot: "two", left: "test.steps[1] was left out: too bad"},
		{name: "a script", refused: "run: \"echo $x\"", say: diag.Diagnostic{Code: diag.Script, Message: "SC2086: quote this"}, has: "# shellcheck disable=SC2086\n\techo $x"},
		{name: "a script further down", refused: "echo $x", again: 1, say: diag.Diagnostic{Code: diag.Script, Message: "SC2086: quote this"}, has: "# shellcheck disable=SC2086\n\t{\n\techo $x\n\t}"},
		{name: "a section that is optional", refused: "owner:", say: said, hasNot: "owner", left: "owner was left out: too bad"},
		{name: "a section that is not", refused: "deploy:", say: said, unchanged: true},
		{name: "the last environment", refused: "production:", say: said, unchanged: true},
		{name: "no field", refused: "// A draft", say: said, unchanged: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := &Tree{Head: "// A draft."}
			d.Root.Put(Read("Shop", at(1)), "name").Spare = "app"
			d.Root.Put(Read("web", at(2)), "owner", "name")
			d.Root.Put(Read(3, at(2)), "deploy", "replicas")
			d.Root.Put(Read(80, at(2)), "deploy", "port")
			d.Root.Append("test", "steps").Put(Read("echo $x", at(2)), "run")
			second := d.Root.Append("test", "steps")
			second.Put(Read("two", at(2)), "name")
			second.Put(Read("true", at(2)), "run")
			d.Root.Put(Read("shop", at(2)), "environments", "production", "namespace")
			for ; c.again > 0; c.again-- {
				refuse(t, d, c.refused, c.say)
			}
			if changed := refuse(t, d, c.refused, c.say); changed == c.unchanged {
				t.Errorf("changed: %v", changed)
			}
			text := written(t, d)
			if !strings.Contains(text, c.has) || c.hasNot != "" && strings.Contains(text, c.hasNot) {
				t.Errorf("want %q and not %q in\n%s", c.has, c.hasNot, text)
			}
			switch {
			case c.left == "" && len(d.Left) > 0:
				t.Errorf("left out: %v", d.Left)
			case c.left != "" && (len(d.Left) != 1 || d.Left[0].Message != c.left || d.Left[0].Help != "do better" || d.Left[0].Pos != diag.Position{File: "repo/ci.yaml", Line: 2}):
				t.Errorf("left out: %+v, want %q at repo/ci.yaml:2", d.Left, c.left)
			}
		})
	}
}

// A script that is refused again in spite of the directives is removed, and another one with the same text is not.
func TestMendScriptTwice(t *testing.T) {
	d := &Tree{Head: "// A draft."}
	for range 2 {
		d.Root.Append("test", "steps").Put(Read("echo $x", at(2)), "run")
	}
	said := diag.Diagnostic{Code: diag.Script, Message: "SC2086: quote this"}
	for range 3 {
		if !refuse(t, d, "run:", said) {
			t.Error("nothing has changed")
		}
	}
	if n := strings.Count(written(t, d), "run:"); n != 1 || len(d.Left) != 1 {
		t.Errorf("%d scripts, left out %v", n, d.Left)
	}
}
