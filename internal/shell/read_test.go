package shell

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// listed writes commands down as the tests below name them: folder, words and, where it is there, the file that is
// written; a ? is what is known only in a run.
func listed(commands []Command) []string {
	var out []string
	for _, c := range commands {
		line := strings.Join(c.Words, " ")
		if c.Dir != "" && c.Dir != "." {
			line = c.Dir + "$ " + line
		}
		if c.Output() != "" {
			line += " > " + c.Output()
		}
		if c.Pipe >= 0 {
			line += fmt.Sprintf(" | %d", c.Pipe)
		}
		if c.Fault != "" {
			line = "unreadable"
		}
		out = append(out, strings.ReplaceAll(line, Unknown, "?"))
	}
	return out
}

// The scripts are of the kinds that public workflows have.
var scripts = []struct {
	name, script string
	want         []string
}{
	{"words", `docker push "ghcr.io/acme/app:${TAG}" 'a b' c\ d # no comment`, []string{"docker push ghcr.io/acme/app:v1 a b c d"}},
	{"lines that go on", "docker build \\\n  --push \\\n  .", []string{"docker build --push ."}},
	{"a comment between them", "a\n# git push\nb", []string{"a", "b"}},
	{"separators", "a; b && c || d", []string{"a", "b", "c", "d"}},
	{"a variable of the script", "IMAGE=acme/app\ndocker push $IMAGE:latest", []string{"docker push acme/app:latest"}},
	{"one that bash splits", "OPTS='--push --pull'\ndocker build $OPTS \"$OPTS\" .", []string{"docker build --push --pull --push --pull ."}},
	{"one without a word", "EMPTY=\ndocker build $EMPTY \"$EMPTY\" .", []string{"docker build  ."}},
	{"one of the command alone", "TAG=x docker push a:$TAG\necho $TAG", []string{"docker push a:v1", "echo v1"}},
	{"exported", "export TAG=v2\ndocker push a:$TAG", []string{"export TAG=v2", "docker push a:v2"}},
	{"grown", "a=x\na+=y\necho $a", []string{"echo xy"}},
	{"of the runner", `echo "$HOME/x"`, []string{"echo ?/x"}},
	{"a default", `echo ${A:-b} ${TAG:-b} ${TAG:+c} ${NONE:-$TAG}`, []string{"echo b v1 c v1"}},
	{"a part of one", `echo "${TAG#v}" "${TAG:0:1}" "${#TAG}" "${TAG%"$X"}" "${X#v}"`, []string{"echo 1 ? ? ? ?"}},
	{"an expression of GitHub's", `docker push "a:${{ github.sha }}"` + "\nif ${{ inputs.x }}; then b; fi", []string{"docker push a:?", "?", "b"}},
	{"an expression within quotes", `echo '${{ format('x{0}', 1) }}' done`, []string{"echo ? done"}},
	{"a command's output", `sha=$(git rev-parse HEAD)` + "\ndocker push a:$sha", []string{"git rev-parse HEAD", "docker push a:?"}},
	{"within a word", `echo "$(date "+%s")" ` + "`id`", []string{"date +%s", "id", "echo ? ?"}},
	{"arithmetic", "n=1\n((n++))\necho $((n + 1)) $n", []string{"echo ? ?"}},

	{"a folder", "cd app\nmake\ncd ..\nls", []string{"app$ make", "ls"}},
	{"a folder in a subshell", "(cd app && make)\nls", []string{"app$ make", "ls"}},
	{"a folder that may not be there", "cd app || exit 1\nmake", []string{"exit 1", "app$ make"}},
	{"a folder that nobody knows", "cd \"$(mktemp -d)\"\nmake", []string{"mktemp -d", "?$ make"}},
	{"folders on a stack", "pushd a\nx\npopd\ny", []string{"a$ x", "y"}},
	{"a folder of one branch", "if [ -d a ]; then cd a; fi\nmake", []string{"[ -d a ]", "?$ make"}},
	{"back", "cd a\ncd -\nmake", []string{"?$ make"}},

	{"a pipe", "kustomize build x | kubectl apply -f -", []string{"kustomize build x | 1", "kubectl apply -f -"}},
	{"a pipe over lines", "a |\n  b |& c", []string{"a | 1", "b | 2", "c"}},
	{"a pipe out of a block", "{ a; b; } | c", []string{"a | 2", "b | 2", "c"}},
	{"a pipe into a loop", "a | while read -r l; do b \"$l\"; done", []string{"a | 1", "read -r l", "b ?"}},
	{"a pipe with a substitution", `a "$(x)" | b "$(y)"`, []string{"x", "a ? | 3", "y", "b ?"}},
	{"variables beyond a pipe", "x=1\na | x=2\necho $x", []string{"a", "echo 1"}},
	{"a file", "echo a >f 2>&1\necho b >> g\nx 2>err", []string{"echo a > f", "echo b", "x"}},
	{"a file of a block", "cd d\n{ echo a; echo b >&2; } >\"f\"", []string{"d$ echo a > d/f", "d$ echo b"}},
	{"the file before the folder", "(cd d && x) >f", []string{"d$ x > f"}},

	{"a text is no command", "cat <<EOF >f\ngit push\nkubectl apply -f $TAG\nEOF\nx", []string{"cat > f", "x"}},
	{"but what bash puts into it", "cat <<EOF\n$(git log)\nEOF\ncat <<'EOF'\n$(git push)\nEOF", []string{"git log", "cat", "cat"}},
	{"a text for another shell", "bash -s <<'EOF'\ngit push\nEOF", []string{"bash -s", "git push"}},
	{"a word for a shell", `bash -ec "cd x && git push $TAG"`, []string{"bash -ec cd x && git push v1", "x$ git push v1"}},
	{"evaluated", "eval \"a=3; b\"\necho $a", []string{"eval a=3; b", "b", "echo 3"}},
	{"carried", "sudo -E docker push a\nenv -i A=b x\ntimeout -k 5 60 y z\nls | xargs -n 1 kubectl apply -f\ncommand -v jq",
		[]string{"docker push a", "x", "y z", "ls | 4", "kubectl apply -f ?", "command -v jq"}},

	{"a condition", "if git diff --quiet; then exit 0; fi\ngit push", []string{"git diff --quiet", "exit 0", "git push"}},
	{"else", "if a; then x=1; elif b; then x=2; else x=3; fi\necho $x", []string{"a", "b", "echo ?"}},
	{"agreed branches", "if a; then x=1; else x=1; fi\necho $x", []string{"a", "echo 1"}},
	{"a branch that ends", "if a; then x=1; else exit 1; fi\necho $x", []string{"a", "exit 1", "echo 1"}},
	{"never", "if false; then git push; fi\nfalse && a\ntrue || b\nc", []string{"false", "false", "true", "c"}},
	{"not", "if ! true; then git push; fi\nx", []string{"true", "x"}},
	{"the end", "a\nexit 0\ngit push", []string{"a", "exit 0"}},
	{"the end of a subshell", "(a; exit 1)\nb", []string{"a", "exit 1", "b"}},
	{"replaced", "exec a b\nc", []string{"a b"}},
	{"a test", `[[ -n $TAG && ( $TAG == v* ) ]] && a`, []string{"[[ -n v1 && ( v1 == v* ) ]]", "a"}},
	{"cases", "case $REF in\n  main) x=1; a ;;\n  v*|w*) x=2; b ;;\nesac\necho $x", []string{"a", "b", "echo ?"}},
	{"every case", "case $REF in\n  main) x=1 ;;\n  *) x=1 ;;\nesac\necho $x", []string{"echo 1"}},

	{"each value", "for e in staging prod; do (cd overlays/$e && kustomize edit set image a=b); done",
		[]string{"overlays/staging$ kustomize edit set image a=b", "overlays/prod$ kustomize edit set image a=b"}},
	{"what a loop repeats", "for e in a b; do x $e | z; git push; done\ny", []string{"x a | 1", "z", "git push", "x b | 1", "y"}},
	{"a loop over the lines of a text", "while read -r n v rest; do x \"$n\" \"$v\" \"$rest\"; done <<<$'a 1 b c\nd 2'\ny $n", []string{"read -r n v rest", "x a 1 b c", "x d 2 ", "y"}},
	{"an array of all lines", "list=()\nwhile read -r n v; do list+=(\"$n=$v\"); done <<<$'a 1\nb 2'\nx \"${list[@]}\"", []string{"read -r n v", "x a=1 b=2"}},
	{"lines that a loop passes over", "while read -r n; do if a; then continue; fi; x \"$n\"; done <<<$'a\nb'", []string{"read -r n", "a", "continue", "x a", "x b"}},
	{"lines that are not known", "while read -r n; do x \"$n\"; done <<<\"$(y)\"", []string{"y", "read -r n", "x ?"}},
	{"lines split at something else", "while IFS=, read -r n v; do x \"$n\"; done <<<a,b\nIFS=, read -r m <<<a,b\ny $m", []string{"read -r n v", "x ?", "read -r m", "y ?"}},
	{"a text read into variables", "read -r a b <<<'1 2 3'\nread -r -a c <<<'x y'\nmapfile -t d <<<$'p q\nr'\nx $a \"$b\" \"${c[@]}\" \"${d[@]}\"", []string{"read -r a b", "read -r -a c", "mapfile -t d", "x 1 2 3 x y p q r"}},
	{"what the body of such a loop reads", "while read -r n; do read -r m; x \"$n$m\"; done <<<$'a\nb'", []string{"read -r n", "read -r m", "x a?", "x b?"}},
	{"a loop that gives the same to others", "for e in a b; do x | z $e; done", []string{"x | 1", "z a", "x | 3", "z b"}},
	{"a loop of attempts", "for i in 1 2 3; do git push && exit 0; sleep \"$((i * 2))\"; done\nexit 1",
		[]string{"git push", "exit 0", "sleep ?", "exit 1"}},
	{"a loop over files", "for f in *.yaml; do x $f; done", []string{"x ?"}},
	{"what a loop changes", "x=1\nwhile a; do b $x; x=2; done\nc $x", []string{"a", "b ?", "c ?"}},
	{"a loop without an end", "while true; do a && break; exit 1; done\nb", []string{"true", "a", "break", "exit 1", "b"}},
	{"until", "until curl -f x; do sleep 1; done\na", []string{"curl -f x", "sleep 1", "a"}},

	{"a function", "push() { git push \"$1\" \"HEAD:$2\"; }\npush origin main\npush origin next", []string{"git push origin HEAD:main", "git push origin HEAD:next"}},
	{"one that nobody calls", "push() { git push; }\na", []string{"a"}},
	{"one that gets a command", "retry() { for i in 1 2; do \"$@\" && return; done; return 1; }\nretry docker push a:$TAG\nb",
		[]string{"docker push a:v1", "return", "return 1", "b"}},
	{"one that ends the script", "fail() { echo \"$1\"; exit 1; }\na || fail no\nfail really\nb", []string{"a", "echo no", "exit 1", "echo really", "exit 1"}},
	{"one with a variable of its own", "x=1\nf() { local x=2; y=3; echo $x; }\nf\necho $x $y", []string{"local x=2", "echo 2", "echo 1 3"}},
	{"one that another command gets", "f() { git push; }\nexport -f f\nparallel f ::: a b", []string{"export -f f", "parallel f ::: a b", "git push"}},
	{"one for the end", "clean() { rm -r d; }\ntrap clean EXIT\na", []string{"trap clean EXIT", "a", "rm -r d"}},
	{"one without an end", "f() { a; f; f; }\nf", []string{"a"}},
	{"its arguments", "f() { shift; a $# \"$*\"; set -- x y; b \"$@\"; }\nf 1 2 3", []string{"shift", "a 2 2 3", "set -- x y", "b x y"}},

	{"an array", "args=(--push -t \"a b\")\nargs+=(--pull)\ndocker build \"${args[@]}\" . ${args[2]}", []string{"docker build --push -t a b --pull . a b"}},
	{"an array of one branch", "args=(-t a)\n[ -n \"$X\" ] && args+=(--push)\ndocker build \"${args[@]}\"", []string{"[ -n ? ]", "docker build -t a ?"}},
	{"an array by name", "declare -A m=([a]=b)\necho ${m[a]}", []string{"declare -A m=?", "echo ?"}},
	{"what a command reads", "read -r TAG <f\nmapfile -t m <f\nprintf -v p %s x\necho $TAG $p \"${m[@]}\"", []string{"read -r TAG", "mapfile -t m", "printf -v p %s x", "echo ? ? ?"}},

	{"a text without its end", "a\necho 'x\nb", []string{"a", "unreadable"}},
	{"a bracket too many", "git push\n)\nx", []string{"git push", "unreadable"}},
	{"an if without its end", "if a; then\n  git push\n", []string{"unreadable"}},
	{"behind the end all may be written", "a\nexit 0\n)", []string{"a", "exit 0"}},
	{"no shell at all", "import os\nprint(os.environ['X'])\n", []string{"import os", "unreadable"}},
	{"nothing", "\n# nothing\n", nil},
}

func TestRead(t *testing.T) {
	for _, c := range scripts {
		got := listed(new(Scripts).Read(c.script, "", map[string]string{"TAG": "v1"}))
		if !slices.Equal(got, c.want) {
			t.Errorf("%s:\n%s\ngot  %q\nwant %q", c.name, c.script, got, c.want)
		}
	}
}

func TestForgiven(t *testing.T) {
	for script, want := range map[string]bool{
		"x":                                    false,
		"x || true":                            true,
		"x || :":                               true,
		"x || echo no":                         true,
		"x || exit 0":                          true,
		"x || exit 1":                          false,
		"x || exit":                            false,
		"x || { echo no; exit 1; }":            false,
		"x || false":                           false,
		"f() { exit 1; }\nx || f":              false,
		"f() { return 1; }\nx || f":            false,
		"x || return 0":                        true,
		"if x; then y; fi":                     true,
		"while x; do y; done":                  true,
		"! x":                                  true,
		"x &":                                  true,
		"set +e\nx":                            true,
		"set +e\nset -e\nx":                    false,
		"set +o errexit\nx":                    true,
		"set -euo pipefail\nx":                 false,
		"(x) || true":                          true,
		"f() { x; }\nf || true":                true,
		"for i in 1 2; do x || continue; done": true,
	} {
		at := slices.IndexFunc(new(Scripts).Read(script, "", nil), func(c Command) bool { return c.Is("x") })
		if c := new(Scripts).Read(script, "", nil); at < 0 || c[at].Forgiven != want {
			t.Errorf("%s: forgiven is not %v: %+v", script, want, c)
		}
	}
}

func TestRepeated(t *testing.T) {
	script := "a\nfor i in 1 2; do b; done\nwhile c; do d; done\nretry() { until \"$@\"; do sleep 1; done; }\nretry e"
	var got []string
	for _, c := range new(Scripts).Read(script, "", nil) {
		if c.Repeated {
			got = append(got, c.Words[0])
		}
	}
	if want := []string{"b", "c", "d", "e", "sleep"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestArguments(t *testing.T) {
	for text, want := range map[string]string{
		`--health-cmd "pg_isready -U app" --health-interval 5s`: "pg_isready -U app",
		"--cpus 1\n--health-cmd='redis-cli ping'":               "redis-cli ping",
		"--health-cmd up":   "up",
		"--health-cmd $(x)": Unknown,
		"--cpus 1":          "",
		"--health-cmd 'x":   "",
		"":                  "",
	} {
		if got, _ := Arguments(text).Option("--health-cmd"); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

func TestLines(t *testing.T) {
	script := "a\n\nb \\\n  c\nf() {\n  d\n}\nf\ncat <<E\nx\nE\nbash -c 'true\ne'\n)"
	var got []int
	for _, c := range new(Scripts).Read(script, "", nil) {
		got = append(got, c.Line)
	}
	if want := []int{0, 2, 5, 8, 11, 11, 11, 13}; !slices.Equal(got, want) {
		t.Errorf("lines %v, want %v", got, want)
	}
	faulty := new(Scripts).Read("a\nb 'c", "x", nil)
	if c := faulty[len(faulty)-1]; c.Line != 1 || !strings.Contains(c.Fault, "closing quote") {
		t.Errorf("the fault is %+v", c)
	}
}

// Nothing that somebody writes may take long, or all of the stack.
func TestBounded(t *testing.T) {
	for name, script := range map[string]string{
		"long":       strings.Repeat("x\n", maxScript),
		"brackets":   strings.Repeat("(", 10000),
		"braces":     strings.Repeat("{ ", 10000),
		"conditions": strings.Repeat("if ", 10000),
		"arithmetic": "((" + strings.Repeat("(", 10000),
		"calls":      "f() { g; g; }\ng() { h; h; }\nh() { f; f; x; }\nf",
		"loops":      strings.Repeat("for i in 1 2 3 4 5 6 7 8 9; do x $i; ", 9) + strings.Repeat("done;", 9),
		"evaluated":  "x='eval \"$x\"; eval \"$x\"; a'\neval \"$x\"",
		"cut":        "a=xxxxxxxxxx\n" + strings.Repeat("a=$a$a\n", 12) + strings.Repeat("for i in 1 2 3 4 5 6 7 8 9; do x ${a%*y*z*}; ", 5) + strings.Repeat("done;", 5),
		"doubled":    "a=xxxxxxxxxx\n" + strings.Repeat("a=$a$a\n", 60) + "x $a",
		"commands":   strings.Repeat("x;", maxCommands+1),
	} {
		if got := new(Scripts).Read(script, "", nil); len(got) > maxCommands+1 {
			t.Errorf("%s: %d commands", name, len(got))
		} else if last := got[len(got)-1]; last.Fault == "" && !slices.Contains([]string{"doubled", "calls", "evaluated", "cut"}, name) {
			t.Errorf("%s: not all was read, and the last command is %v", name, last)
		}
	}
}

// bash itself says which commands ran.
func TestAsBash(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("bash is not installed")
	}
	for name, script := range map[string]string{
		"loop and function": "f() { x \"$@\" \"$#\"; }\nfor e in a 'b c'; do f $e; done",
		"quotes":            "v='a  b'\nx $v \"$v\" '$v' \"\\$v \\\" \\a\" \\$v a\"b\"'c' \"\" $'t\\tn'",
		"split":             "v=' a b '\nx 1$v\"2\" $v; w=; x a$w $w \"$w\" b",
		"arrays":            "a=(1 '2 3')\na+=(4)\nx \"${a[@]}\" ${a[1]} \"p${a[@]}s\" \"${a[*]}\" $a",
		"arguments":         "set -- p 'q r'\nx \"$@\" $2 \"a$@b\" \"$*\"; shift; x \"$@\"; shift; x \"$@\" y",
		"parts":             "v=api=ghcr.io:5/o/r:t@sha256:a; x \"${v#*=}\" \"${v##*:}\" \"${v%:*@*}\" \"${v%%:*}\" \"${v%%=*}\" ${v#z} ${v%[a-c]} \"${v#\\*}\"",
		"defaults":          "v=1; e=\nx \"${v:-2}\" \"${e:-2}\" ${u:-a b} \"${u:-a b}\" ${v:+c} ${e:+c} \"${w:=d}\" $w",
		"folders":           "mkdir -p a/b; cd a; (cd b; x); x; cd ..; x; pushd a; x; popd; x",
		"here":              "x <<E\n$(x inner)\nE\nbash -c \"x 'a b'\"",
		"returned":          "f() { x 1; return; x 2; }\nf; g() ( exit; x ); g; x 3; (x 4); x \"$(echo)\"a",
	} {
		dir := t.TempDir()
		log := filepath.Join(dir, "log")
		program := "#!/bin/bash\n{ printf %s \"${PWD#\"$TOP\"}\"; printf ' <%s>' \"$@\"; echo; } >>\"$LOG\"\n"
		if err := os.WriteFile(filepath.Join(dir, "x"), []byte(program), 0o755); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(bash, "-e", "-c", script)
		cmd.Dir, cmd.Env = dir, []string{"PATH=" + dir + ":" + os.Getenv("PATH"), "LOG=" + log, "TOP=" + dir}
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", name, err, out)
		}
		ran, _ := os.ReadFile(log)
		var got strings.Builder
		for _, c := range new(Scripts).Read(script, "", nil) {
			if c.Is("x") {
				if c.Dir != "" && c.Dir != "." {
					got.WriteString("/" + c.Dir)
				}
				for _, w := range c.Words[1:] {
					got.WriteString(" <" + strings.ReplaceAll(w, Unknown, "") + ">")
				}
				if len(c.Words) == 1 {
					got.WriteString(" <>")
				}
				got.WriteString("\n")
			}
		}
		if got.String() != string(ran) {
			t.Errorf("%s:\n%s\nread\n%sbash\n%s", name, script, got.String(), ran)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, c := range scripts {
		f.Add(c.script)
	}
	f.Fuzz(func(t *testing.T, script string) {
		got := new(Scripts).Read(script, "d", map[string]string{"TAG": "v1"})
		for _, c := range got {
			if len(c.Words) == 0 || c.Line < 0 || c.Pipe >= len(got) {
				t.Errorf("%q: %+v", script, c)
			}
			c.Is("x")
			c.Git("push")
			c.GitArgs()
			c.Option("--x")
		}
	})
}
