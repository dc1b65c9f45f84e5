package pipeline

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// FilterMatches reports whether a list of patterns names a file: the last one that fits decides, and one with a ! in
// front takes out again. A pattern that GitHub would refuse names nothing.
func FilterMatches(patterns []string, name string) bool {
	hit := false
	for _, p := range patterns {
		if not, ok := strings.CutPrefix(p, "!"); ok {
			hit = hit && !PatternFits(not, name)
			continue
		}
		hit = hit || PatternFits(p, name)
	}
	return hit
}

// PatternFits reports whether one pattern names a file, or a branch. It matches ** across folders and * inside one; ?
// and + repeat the character before them, and brackets name a set of characters.
func PatternFits(pattern, name string) bool {
	var b strings.Builder
	b.WriteString("^")
	for rest := pattern; rest != ""; {
		switch {
		case strings.HasPrefix(rest, "**/"):
			b.WriteString("(?:.*/)?")
			rest = rest[3:]
		case strings.HasPrefix(rest, "**"):
			b.WriteString(".*")
			rest = rest[2:]
		case rest[0] == '*':
			b.WriteString("[^/]*")
			rest = rest[1:]
		case strings.IndexByte("?+[]-\\", rest[0]) >= 0:
			b.WriteByte(rest[0])
			rest = rest[1:]
		default:
			_, size := utf8.DecodeRuneInString(rest)
			b.WriteString(regexp.QuoteMeta(rest[:size]))
			rest = rest[size:]
		}
	}
	re, err := regexp.Compile(b.String() + "$")
	return err == nil && re.MatchString(name)
}
