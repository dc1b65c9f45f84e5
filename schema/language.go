package schema

import (
	"sync"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"
)

// language is the schema, compiled. That takes longer than to read most specs by it, so a process that reads several,
// such as one that compares two, compiles it once for those that it reads one after the other.
type language struct {
	ctx                   *cue.Context
	definitions, defaults cue.Value
	// read counts the specs that were read by it. A context of CUE keeps what it has built.
	read int
}

// mostRead is the number of specs after which a language is left to the garbage collector, with all that it keeps.
const mostRead = 50

// idle are the languages that no Load has in use: a context of CUE serves one goroutine at a time.
var idle = sync.Pool{New: func() any {
	ctx := cuecontext.New()
	return &language{
		ctx:         ctx,
		definitions: ctx.CompileBytes(constraints, cue.Filename("pipeline.cue")),
		defaults:    ctx.CompileBytes(defaults, cue.Filename("defaults.cue")).LookupPath(cue.ParsePath("#Defaults")),
	}
}}

// withLanguage gives what read returns for a language that nobody else uses meanwhile.
func withLanguage[T any](read func(*language) T) T {
	l := idle.Get().(*language)
	if l.read++; l.read < mostRead {
		defer idle.Put(l)
	}
	return read(l)
}
