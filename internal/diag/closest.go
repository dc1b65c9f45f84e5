package diag

import (
	"fmt"
	"strings"
)

// Meant ends a message about a word that is none of some names with the one that was probably meant, "" where none was.
func Meant(word string, names []string) string {
	if near := Closest(word, names); near != "" {
		return fmt.Sprintf("; did you mean %q?", near)
	}
	return ""
}

// Closest returns the name that was probably meant, or "". A word is taken for another when at most a third of its
// letters differ, counting a swap of neighbours as one difference, or when they differ in case alone.
func Closest(word string, names []string) string {
	best, bestDistance := "", len(word)/3+1
	for _, name := range names {
		if strings.EqualFold(name, word) {
			return name
		}
		if d := distance(strings.ToLower(word), strings.ToLower(name)); d < bestDistance {
			best, bestDistance = name, d
		}
	}
	return best
}

// Begun returns the one name that a word begins, or that begins it, or "". Shorter words than three letters begin too
// much, and shorter names than five are the beginning of too much.
func Begun(word string, names []string) string {
	out := ""
	for _, name := range names {
		a, b := strings.ToLower(word), strings.ToLower(name)
		if len(word) > 2 && strings.HasPrefix(b, a) || len(name) > 4 && strings.HasPrefix(a, b) {
			if out != "" {
				return ""
			}
			out = name
		}
	}
	return out
}

// distance is the optimal string alignment distance.
func distance(a, b string) int {
	before, above := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range above {
		above[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(above[j]+1, row[j-1]+1, above[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, above = above, row
	}
	return above[len(b)]
}
