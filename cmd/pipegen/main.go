// Command pipegen compiles the specification of a delivery pipeline into a GitHub Actions workflow, a Kustomize tree
// and the Argo CD Application that deploys it.
package main

import (
	"io"
	"log"
	"os"
	"runtime/debug"
)

// A run lives for milliseconds and fills a few megabytes: collecting garbage costs a quarter of its time and frees
// memory that is not needed. The limit is for unexpectedly large runs.
const memoryBeforeCollecting = 256 << 20

func main() {
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(memoryBeforeCollecting)
	s := streams{in: os.Stdin, out: os.Stdout, err: os.Stderr, env: os.Getenv}
	silenceLibraries()
	os.Exit(run(os.Args[1:], s))
}

// silenceLibraries keeps libraries from writing to stderr: what kustomize warns of names no file, and makes nothing fail.
// lint says the same of an overlay, with its line.
func silenceLibraries() {
	if null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0); err == nil {
		os.Stderr = null
	}
	log.SetOutput(io.Discard)
}
