package report

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
)

// fingerprints tell results apart from one run to the next. No line goes into them,
// so that a result stays the same one when it moves; those that are alike in all
// else are numbered.
//
// GitHub goes by the name primaryLocationLineHash alone. Its upload takes the line's
// text for it, and warns of every other value, so the name is left to the upload
// where a line speaks for the result. Where none does, results that differ would
// share the first line of one file, and count as one.
func (s *sarifWriter) fingerprints(d diag.Diagnostic) map[string]string {
	message := d.Message
	for _, n := range d.Notes {
		if n.Pos.Known() {
			message = strings.ReplaceAll(message, fmt.Sprintf("%s:%d", n.Pos.File, n.Pos.Line), n.Pos.File)
		}
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{string(d.Code), d.Pos.File, d.Path, message}, "\x00")))
	value := hex.EncodeToString(sum[:16])
	s.seen[value]++
	value = fmt.Sprintf("%s:%d", value, s.seen[value])
	out := map[string]string{"pipegen/v1": value}
	if !inside(d.Pos.File) || !d.Pos.Known() {
		out["primaryLocationLineHash"] = value
	}
	return out
}
