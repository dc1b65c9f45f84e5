package diag

import (
	"strings"
	"testing"
)

func TestFirst(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"an override", "if admin \u202e{", "U+202E (right-to-left override)"},
		{"an isolate", "\u2066x\u2069", "U+2066 (left-to-right isolate)"},
		{"a mark", "a\u200fb", "U+200F (right-to-left mark)"},
		{"a mark of Arabic", "a\u061cb", "U+061C (Arabic letter mark)"},
		{"no width", "pay\u200bments", "U+200B (zero width space)"},
		{"a byte order mark inside", "a\ufeffb", "U+FEFF (byte order mark)"},
		{"a line of its own", "a\u2028b", "U+2028 (line separator)"},
		{"a paragraph of its own", "a\u2029b", "U+2029 (paragraph separator)"},
		{"a control of C0", "a\x1bb", "U+001B (a control character)"},
		{"a control of C1", "a\u0085b", "U+0085 (a control character)"},
		{"delete", "a\x7f", "U+007F (a control character)"},
		{"a return within a line", "a\rb", "U+000D (a control character)"},
		{"a return before a line feed", "a\r\nb", "U+000D (a control character)"},
		{"a return at the end", "a\r", "U+000D (a control character)"},
		{"a joiner within ASCII", "pay\u200dments", "U+200D (zero width joiner)"},
		{"a non-joiner within ASCII", "pay\u200cments", "U+200C (zero width non-joiner)"},
		{"a joiner alone", "\u200d", "U+200D (zero width joiner)"},
		{"a joiner beside a broken byte", "a\u200d\xff", "U+200D (zero width joiner)"},
		{"a letter of no width", "a\u3164b", "U+3164 (a character that is not shown)"},
		{"tags, which spell a text of their own", "a\U000e0041", "U+E0041 (a character that is not shown)"},
		{"a soft hyphen", "a\u00adb", "U+00AD (soft hyphen)"},

		{"English", "Every push to main\tis running.\nReally.\n", ""},
		{"German", "Jede Änderung läuft – 80 % davon", ""},
		{"Persian", "می\u200cخواهم", ""},
		{"Persian after an abbreviation", "API\u200cها", ""},
		{"Hindi", "क्\u200dष", ""},
		{"Hebrew", "שלום (world)", ""},
		{"Arabic, with a sign that is shown", "\u0600١٢", ""},
		{"a family", "👨\u200d👩\u200d👧", ""},
		{"a rainbow", "🏳\ufe0f\u200d🌈", ""},
		{"Japanese", "配送　パイプライン", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := ""
			if f, ok := FirstHidden(tt.text); ok {
				got = f.String()
			}
			if got != tt.want {
				t.Errorf("%+q: %q, want %q", tt.text, got, tt.want)
			}
		})
	}
}

func TestFirstPlace(t *testing.T) {
	f, ok := FirstHidden("one\néé\u202e")
	if !ok || f.Line != 2 || f.Character != 3 || f.Offset != len("one\néé") {
		t.Errorf("%+v, %t", f, ok)
	}
}

// FuzzFirst: the character that is found is at the reported position.
func FuzzFirstHidden(f *testing.F) {
	for _, s := range []string{"", "a\u202eb", "a\r\n\u200d", "\xff\u200b", "👨\u200d👩"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		found, ok := FirstHidden(text)
		if !ok {
			return
		}
		if !strings.HasPrefix(text[found.Offset:], string(found.Rune)) || !IsHidden(found.Rune) {
			t.Fatalf("%+q: %+v", text, found)
		}
		if lines := strings.Split(text[:found.Offset], "\n"); len(lines) != found.Line || len([]rune(lines[len(lines)-1]))+1 != found.Character {
			t.Fatalf("%+q: %+v", text, found)
		}
	})
}
