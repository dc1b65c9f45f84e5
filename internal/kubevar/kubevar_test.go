package kubevar

import "testing"

func TestLiteral(t *testing.T) {
	for text, want := range map[string]string{
		"":              "",
		"plain":         "plain",
		"$HOME":         "$HOME",
		"5$":            "5$",
		"$(HOME)":       "$$(HOME)",
		"a$$b":          "a$$$$b",
		"$(":            "$$(",
		"$HOME $$":      "$$HOME $$$$",
		"\u20ac$\u20ac": "\u20ac$$\u20ac",
	} {
		if got := Literal(text); got != want {
			t.Errorf("Literal(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestExpand(t *testing.T) {
	known := func(name string) (string, bool) { return "value of " + name, name == "A" || name == "" }
	for value, want := range map[string]string{
		"$(A)":         "value of A",
		"$(B)":         "$(B)",
		"$()":          "value of ",
		"$$(A)":        "$(A)",
		"$$$(A)":       "$value of A",
		"$$$$(A)":      "$$(A)",
		"$(A$(B)":      "$(A$(B)",
		"$(A":          "$(A",
		"$A $":         "$A $",
		"$((A))":       "$((A))",
		"$\u00e9":      "$\u00c3\xa9",
		"x$(A)y$(A)$z": "xvalue of Ayvalue of A$z",
	} {
		if got := Expand(value, known); got != want {
			t.Errorf("Expand(%q) = %q, want %q", value, got, want)
		}
	}
}

func TestRefers(t *testing.T) {
	for value, want := range map[string]bool{"$(A)": true, "$$(A)": false, "$$$(A)": true, "$A": false, "": false} {
		if got := Refers(value); got != want {
			t.Errorf("Refers(%q) = %v", value, got)
		}
	}
}

// FuzzLiteral: a container sees any text unchanged, no matter which other variables
// exist.
func FuzzLiteral(f *testing.F) {
	for _, s := range []string{"", "$", "$$", "$$$", "$(A)", "$$(A)", "a$$b$", "$\u00e9", "$\xff", "$(\u00e9", "100 $ (net)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		every := func(string) (string, bool) { return "another value", true }
		for _, lookup := range []func(string) (string, bool){None, every} {
			if got := Expand(Literal(text), lookup); got != text {
				t.Errorf("%q is written as %q, and the program sees %q", text, Literal(text), got)
			}
		}
	})
}
