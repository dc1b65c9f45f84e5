package yamldoc

import (
	"slices"
	"strconv"
	"strings"
)

// obvious returns what the encoder would write for a value, where that is certain. It is for nearly all values, and the
// encoder takes ten times as long for each.
func obvious(v any, inFlow bool, lists Lists) ([]string, bool) {
	switch v := v.(type) {
	case bool:
		return []string{strconv.FormatBool(v)}, true
	case int:
		return []string{strconv.Itoa(v)}, true
	case string:
		if unquoted(v) {
			return []string{v}, true
		}
		return literal(v)
	case []string:
		return listOf(v, inFlow, lists)
	}
	return nil, false
}

// unquoted reports whether a text can be written as a plain scalar outside of brackets: nothing in it ends or changes
// it, and every reader of YAML takes it for a string.
func unquoted(s string) bool {
	if s == "" || s[len(s)-1] == ' ' || s[len(s)-1] == ':' {
		return false
	}
	if c := s[0]; !letter(c) && c != '/' && c != '$' && !strings.HasPrefix(s, "../") && !measure(s) {
		return false
	}
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return !(len(s) < 6 && slices.Contains(notTexts, strings.ToLower(s))) && !strings.Contains(s, ": ") && !strings.Contains(s, " #")
}

// measure reports a number with letters behind it or within, such as 5s, 64Mi or a hash, that no reader takes for a
// number alone.
func measure(s string) bool {
	isNot := func(set string) bool { return !strings.ContainsAny(s, set) }
	alnum := strings.Trim(s, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
	return '0' <= s[0] && s[0] <= '9' && alnum && isNot("xXoO") && !isNot("acdfghijklmnpqrstuvwyzACDFGHIJKLMNPQRSTUVWYZ")
}

// notTexts are the words of letters that YAML 1.1 or 1.2 does not take for strings.
var notTexts = []string{"null", "true", "false", "yes", "no", "on", "off", "y", "n"}

func letter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

// literal writes a text of several lines as a block, each line as it is.
func literal(s string) ([]string, bool) {
	if !strings.Contains(s, "\n") || s[0] == ' ' || s[0] == '\n' || strings.HasSuffix(s, " ") || strings.HasSuffix(s, "\n\n") || strings.Contains(s, " \n") {
		return nil, false
	}
	for i := range len(s) {
		if s[i] != '\n' && (s[i] < ' ' || s[i] > '~') {
			return nil, false
		}
	}
	body, ended := strings.CutSuffix(s, "\n")
	out := append([]string{"|-"}, strings.Split(body, "\n")...)
	if ended {
		out[0] = "|"
	}
	for i, l := range out[1:] {
		if l != "" {
			out[i+1] = "  " + l
		}
	}
	return out, true
}

func listOf(texts []string, inFlow bool, lists Lists) ([]string, bool) {
	dash, out := "  - ", []string{""}
	if lists == Compact {
		dash = "- "
	}
	for _, s := range texts {
		if !unquoted(s) || inFlow && strings.ContainsAny(s, ",:?[]{}") {
			return nil, false
		}
		out = append(out, dash+s)
	}
	switch {
	case len(texts) == 0:
		return []string{"[]"}, true
	case inFlow:
		return []string{"[" + strings.Join(texts, ", ") + "]"}, true
	}
	return out, true
}
