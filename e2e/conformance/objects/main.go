// Command objects writes the table of fields of internal/objects anew, from the pinned
// Kubernetes and Argo CD. In internal/objects:
//
//	go generate
package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/pipegen/pipegen/e2e/conformance"
)

func main() {
	if err := write(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func write(args []string) error {
	if len(args) != 1 {
		return errors.New("name one file: the table")
	}
	text, err := conformance.Objects()
	if err != nil {
		return err
	}
	return os.WriteFile(args[0], text, 0o644)
}
