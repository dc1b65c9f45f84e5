package schema

import "testing"

func TestAccepts(t *testing.T) {
	for _, tt := range []struct {
		versions, version string
		want              bool
	}{
		{"", "0.4.0", true},
		{"0.4.0", "0.4.0", true},
		{"0.4.0", "0.4.1", false},
		{"0.4", "0.4.7", true},
		{"0.4", "0.40.0", false},
		{"0", "0.9.1", true},
		{"=0.4.0", "0.4.0", true},
		{">=0.3", "0.4.0", true},
		{">=0.3", "0.3.0", true},
		{">=0.3", "0.2.9", false},
		{">0.3", "0.3.0", false},
		{"<1", "0.10.0", true},
		{"<1", "1.0.0", false},
		{"<=0.4.0", "0.4.0", true},
		{">=0.3 <0.4", "0.4.0", false},
		{">=0.3   <1", "0.4.0", true},
		{">=0.5", "0.5.0-rc.1", false},
		{">=x", "0.4.0", false},
	} {
		if got := Accepts(tt.versions, tt.version); got != tt.want {
			t.Errorf("Accepts(%q, %q) = %t", tt.versions, tt.version, got)
		}
	}
}

// A spec for a newer pipegen may have fields that this one does not know: it must
// still be reported as meant for a newer one.
func TestNotForAnotherRelease(t *testing.T) {
	src := "name: \"a\"\nshiny: true\npipegen: {\n\tversion: \">=9\"\n}\n"
	l, found := Load("pipeline.cue", []byte(src))
	if !found.Failed() {
		t.Fatal("the spec is accepted")
	}
	got := l.NotFor("0.4.0")
	if len(got) != 1 || got[0].Pos.Line != 4 || got[0].Message != "this spec is for pipegen >=9, and this is pipegen 0.4.0" {
		t.Errorf("got %+v", got)
	}
	if got := l.NotFor("9.1.0"); got != nil {
		t.Errorf("got %+v", got)
	}
}
