package schema

import "cuelang.org/go/cue/format"

// Format lays a spec out as "cue fmt" does.
func Format(src []byte) ([]byte, error) { return format.Source(src) }
