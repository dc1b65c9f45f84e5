// Command pipegen compiles the specification of a delivery pipeline into a GitHub
// Actions workflow, a Kustomize tree and the Argo CD Application that deploys it.
package main

import "os"

func main() {
	os.Exit(run(os.Args[1:], streams{in: os.Stdin, out: os.Stdout, err: os.Stderr, env: os.Getenv}))
}
