package diag

import (
	"fmt"
	"unicode"
	"unicode/utf8"
)

// The characters that join or separate their neighbours. Persian, the languages of India and emoji need them.
const (
	nonJoiner = '\u200c'
	joiner    = '\u200d'
)

// names are the names of the most frequent of these characters.
var names = map[rune]string{
	0x00ad: "soft hyphen", 0x061c: "Arabic letter mark",
	0x200b: "zero width space", nonJoiner: "zero width non-joiner", joiner: "zero width joiner",
	0x200e: "left-to-right mark", 0x200f: "right-to-left mark",
	0x2028: "line separator", 0x2029: "paragraph separator",
	0x202a: "left-to-right embedding", 0x202b: "right-to-left embedding", 0x202c: "pop directional formatting",
	0x202d: "left-to-right override", 0x202e: "right-to-left override",
	0x2060: "word joiner",
	0x2066: "left-to-right isolate", 0x2067: "right-to-left isolate", 0x2068: "first strong isolate", 0x2069: "pop directional isolate",
	0xfeff: "byte order mark",
}

// HiddenAllowed says in words what may be in a text.
const HiddenAllowed = "delete it: a text holds only what is shown; U+200C and U+200D may join characters beyond ASCII, as in Persian and in emoji"

// HiddenRune is a hidden character in a text.
type HiddenRune struct {
	Rune rune
	// Offset counts bytes from 0. Line, and Character in that line, count from 1.
	Offset, Line, Character int
}

// String returns the code point with its name, such as U+202E (right-to-left override).
func (f HiddenRune) String() string {
	name := names[f.Rune]
	switch {
	case name != "":
	case unicode.Is(unicode.Cc, f.Rune):
		name = "a control character"
	default:
		name = "a character that is not shown"
	}
	return fmt.Sprintf("U+%04X (%s)", f.Rune, name)
}

// InLine says what the character is and where it is in its line.
func (f HiddenRune) InLine() string {
	return fmt.Sprintf("%s is character %d of the line, and no reader sees it", f, f.Character)
}

// FirstHidden returns the first hidden character of a text. Tabs, line feeds and joiners beside a character beyond ASCII do
// not count.
func FirstHidden(text string) (HiddenRune, bool) {
	f, before := HiddenRune{Line: 1}, rune(' ')
	for size := 0; f.Offset < len(text); f.Offset += size {
		f.Rune, size = utf8.DecodeRuneInString(text[f.Offset:])
		after, _ := utf8.DecodeRuneInString(text[f.Offset+size:])
		f.Character++
		switch r := f.Rune; {
		case r == '\n':
			f.Line, f.Character = f.Line+1, 0
		case r == '\t':
		case (r == joiner || r == nonJoiner) && (joined(before) || joined(after)):
		case IsHidden(r):
			return f, true
		}
		before = f.Rune
	}
	return HiddenRune{}, false
}

// IsHidden reports whether a character is hidden in every context.
func IsHidden(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp, unicode.Other_Default_Ignorable_Code_Point) ||
		unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r)
}

// joined reports whether a joiner beside the character has an effect.
func joined(r rune) bool {
	return r > unicode.MaxASCII && r != utf8.RuneError && !IsHidden(r)
}
