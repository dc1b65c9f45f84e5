package generate

import (
	"strings"
	"unicode"
)

// mostDescription is how many characters the description of an AppProject may have.
const mostDescription = 255

// shortened cuts a sentence to at most so many characters, as the API server counts them: after a word, or within a
// first word that is longer than that.
func shortened(sentence string, most int) string {
	all := []rune(sentence)
	if len(all) <= most {
		return sentence
	}
	end := most - 1
	for end > 0 && !unicode.IsSpace(all[end]) {
		end--
	}
	kept := strings.TrimRightFunc(string(all[:end]), unicode.IsSpace)
	if kept == "" {
		kept = string(all[:most-1])
	}
	return kept + "…"
}
