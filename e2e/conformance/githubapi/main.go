// Command githubapi cuts testdata/github-api.json from GitHub's OpenAPI description, which
// the npm package @octokit/openapi has as generated/api.github.com.json. In e2e/conformance:
//
//	go run ./githubapi DESCRIPTION
package main

import (
	"errors"
	"fmt"
	"os"
)

// target is what the tests read.
const target = "testdata/github-api.json"

func main() {
	if err := write(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func write(args []string) error {
	if len(args) != 1 {
		return errors.New("name one file: the description")
	}
	description, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	text, err := cut(description, endpoints)
	if err != nil {
		return err
	}
	return os.WriteFile(target, text, 0o644)
}
