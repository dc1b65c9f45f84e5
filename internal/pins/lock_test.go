package pins

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLockIsReadAsWritten(t *testing.T) {
	lock := Lock{}.With("b/b", Pin{"v8", ""}).With("a/a", Pin{"v1.2.3", shaA}).With("c/c", Pin{"master", shaB}).With("d/d", Pin{"2.37.2", shaA}).With("b/b", Pin{"v9", ""})
	for name, l := range map[string]Lock{"entries": lock, "none": nil, "one left": lock.Without("a/a").Without("c/c")} {
		got, faults := ParseLock(l.Encode())
		if diff := cmp.Diff(l.Pins(), got.Pins()); diff != "" || len(faults) > 0 {
			t.Errorf("%s: %v %s\n%s", name, faults, diff, l.Encode())
		}
	}
	got, _ := ParseLock(lock.Encode())
	if e, ok := got.Find("b/b"); !ok || e.Line != 5 {
		t.Errorf("b/b is %+v, want it in line 5", e)
	}
}

func TestParseLockRefuses(t *testing.T) {
	entry := func(lines ...string) string {
		return "{\n  \"format\": 1,\n  \"actions\": [\n" + strings.Join(lines, ",\n") + "\n  ]\n}\n"
	}
	good := `{"action": "a/b", "version": "v1.0.0", "sha": "` + shaA + `"}`
	for _, tt := range []struct {
		name, src string
		want      []string // line: part of the message
	}{
		{"nothing", "", []string{"1: it ends too early"}},
		{"a conflict", "{\n<<<<<<< HEAD\n", []string{"2: it is no valid JSON"}},
		{"cut off", entry(good)[:80], []string{"4: it ends too early"}},
		{"another format", `{"format": 2, "actions": []}`, []string{"1: its format is 2, and this pipegen knows 1"}},
		{"no format", `{"actions": []}`, []string{`1: it has no field "format"`}},
		{"no list", "{\n\"format\": 1}", []string{`1: it has no field "actions"`}},
		{"a list of something else", "{\"format\": 1, \"actions\":\n {}}", []string{"2: actions must be a list"}},
		{"a field more", "{\"format\": 1,\n\"hook\": \"rm\"}", []string{`2: it has a field "hook"`}},
		{"a field in another case", "{\"Format\": 1}", []string{`1: it has a field "Format"`}},
		{"a field twice", "{\"format\": 1,\n\"format\": 1}", []string{`2: "format" appears here twice`}},
		{"a field of an entry twice", entry(`{"action": "a/b", "version": "v1.0.0", "version": "v2.0.0"}`), []string{`4: "version" appears here twice`}},
		{"a field more in an entry", entry(`{"action": "a/b", "ref": "x"}`), []string{`4: an action has a field "ref"`}},
		{"a number", entry(`{"action": "a/b", "version": 7}`), []string{`4: "version" must be a text`}},
		{"an empty commit", entry(`{"action": "a/b", "version": "v1.0.0", "sha": ""}`), []string{`4: "sha" must be a text that is not empty`}},
		{"no entry", entry(`[]`), []string{"4: an object is missing here"}},
		{"an empty entry", entry(`{}`), []string{`4: "" is no repository`}},
		{"more behind it", entry(good) + "{}", []string{"7: something follows"}},
		{"all at once", entry(`{"action": "../b", "version": "v1.0.0", "sha": "`+shaA+`"}`, `{"action": "a/b/c", "version": "v1.0.0"}`,
			`{"action": "a/d", "version": "latest", "sha": "`+shaA+`"}`, `{"action": "a/c", "version": "v1.0.0", "sha": "aaaaaaa"}`, good, good),
			[]string{`4: "../b" is no repository`, `5: "a/b/c" is no repository`, `6: a/d has the version "latest"`, `7: a/c has the commit "aaaaaaa"`, "9: a/b is already in line 8"}},
		{"a commit in capitals", entry(`{"action": "a/b", "version": "v1.0.0", "sha": "` + strings.ToUpper(shaA) + `"}`), []string{"4: a/b has the commit"}},
		{"an expression", entry(`{"action": "a/${{ x }}", "version": "v1.0.0"}`), []string{"4: "}},
		{"too large", entry(good) + strings.Repeat(" ", MaxLock), []string{"1: it has more than 65536 bytes"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			lock, faults := ParseLock([]byte(tt.src))
			if len(lock) > 0 || len(faults) != len(tt.want) {
				t.Fatalf("got %v and %v, want %v", lock, faults, tt.want)
			}
			for i, f := range faults {
				line, text, _ := strings.Cut(tt.want[i], ": ")
				if line != string(rune('0'+f.Line)) || !strings.HasPrefix(f.Message, text) {
					t.Errorf("got %d: %s, want %s", f.Line, f.Message, tt.want[i])
				}
			}
		})
	}
}

func TestLockAgainstTheTable(t *testing.T) {
	table := map[string]Pin{"a/b": {"v7.0.1", shaA}, "a/rust": {"master", shaC}, "a/bare": {"2.37.2", shaB}, "docker/build-push-action": {"v7.4.0", shaB}}
	for _, tt := range []struct {
		name, action string
		pin          Pin
		style        Style
		rule         string
	}{
		{"newer", "a/b", Pin{"v7.1.0", shaC[:39] + "0"}, Commit, ""},
		{"older is of no use, and no fault", "a/b", Pin{"v7.0.0", shaC[:39] + "0"}, Commit, ""},
		{"unknown is of no use, and no fault", "x/y", Pin{"v7.0.0", shaA}, Commit, ""},
		{"a branch", "a/rust", Pin{"master", shaC[:39] + "0"}, Tag, ""},
		{"a branch without a commit", "a/rust", Pin{"master", ""}, Tag, "W01"},
		{"a branch of an action with releases", "a/b", Pin{"master", shaC[:39] + "0"}, Commit, "W01"},
		{"without a v", "a/bare", Pin{"2.38.0", shaC[:39] + "0"}, Commit, ""},
		{"a v that the table does not have", "a/bare", Pin{"v2.38.0", shaC[:39] + "0"}, Commit, "W01"},
		{"a v too few", "a/b", Pin{"7.1.0", shaC[:39] + "0"}, Commit, "W01"},
		{"no commit", "a/b", Pin{"v7.1.0", ""}, Commit, "W01"},
		{"no commit, by tag", "a/b", Pin{"v7.1.0", ""}, Tag, ""},
		{"a major version, by tag", "a/b", Pin{"v8", ""}, Tag, "W01"},
		{"a major version", "a/b", Pin{"v8", ""}, Major, ""},
		{"the table's commit by another name", "a/b", Pin{"v7.1.0", shaA}, Commit, "W02"},
		{"the table's release by another commit", "a/b", Pin{"v7.0.1", shaC[:39] + "0"}, Commit, "W02"},
		{"another action's commit", "a/b", Pin{"v7.1.0", shaC}, Commit, "W02"},
		{"below the floor", "docker/build-push-action", Pin{"v7.3.0", shaC[:39] + "0"}, Commit, "W05"},
	} {
		got := Lock{{tt.action, tt.pin, 4}}.Judge(table, tt.style)
		switch {
		case tt.rule == "" && len(got) > 0:
			t.Errorf("%s: %+v", tt.name, got)
		case tt.rule != "" && (len(got) != 1 || got[0].Rule != tt.rule || got[0].Line != 4):
			t.Errorf("%s: got %+v, want %s in line 4", tt.name, got, tt.rule)
		}
	}
}

func FuzzParseLock(f *testing.F) {
	f.Add(Lock{}.With("a/b", Pin{"v1.2.3", shaA}).Encode())
	f.Add([]byte(`{"format": 1, "actions": [{}]}`))
	f.Add([]byte("{\n<<<<<<< HEAD"))
	f.Fuzz(func(t *testing.T, src []byte) {
		lock, faults := ParseLock(src)
		for _, fault := range faults {
			if fault.Line < 1 || fault.Message == "" || len(lock) > 0 {
				t.Errorf("a fault without a place or a text, or with a lock: %+v", fault)
			}
		}
		if len(faults) > 0 {
			return
		}
		again, faults := ParseLock(lock.Encode())
		if diff := cmp.Diff(lock.Pins(), again.Pins()); diff != "" || len(faults) > 0 {
			t.Errorf("what was read cannot be written: %v %s", faults, diff)
		}
	})
}
