package schema

import (
	"bytes"
	"sync"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"
)

// language is the schema, compiled. That takes longer than to read most specs by it, so a process that reads several,
// such as one that compares two, compiles it once for those that it reads one after the other.
type language struct {
	ctx *cue.Context
	// pipeline and defaults are what a spec is unified with.
	pipeline, defaults cue.Value
	// definitions are the whole schema with its attributes, for whoever has to say what is wrong with a spec.
	definitions func() cue.Value
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
		pipeline:    ctx.CompileBytes(bare(constraints), cue.Filename("pipeline.cue")).LookupPath(pipeline),
		defaults:    ctx.CompileBytes(bare(defaults), cue.Filename("defaults.cue")).LookupPath(cue.ParsePath("#Defaults")),
		definitions: sync.OnceValue(func() cue.Value { return ctx.CompileBytes(constraints, cue.Filename("pipeline.cue")) }),
	}
}}

// bare is a file of the schema without comments and attributes, which are half of it. A spec that has no mistake needs
// none of them.
func bare(src []byte) []byte {
	out := make([]byte, 0, len(src))
	for line := range bytes.Lines(src) {
		if bytes.HasPrefix(bytes.TrimLeft(line, "\t"), []byte("//")) {
			continue
		}
		constraint, _, _ := bytes.Cut(line, []byte(" @"))
		out = append(bytes.TrimRight(append(out, constraint...), " \n"), '\n')
	}
	return out
}

// withLanguage gives what read returns for a language that nobody else uses meanwhile.
func withLanguage[T any](read func(*language) T) T {
	l := idle.Get().(*language)
	if l.read++; l.read < mostRead {
		defer idle.Put(l)
	}
	return read(l)
}
