// Package templates holds the text that pipegen writes: YAML fragments with
// holes, shell scripts, Markdown, starter specs and the tables of pinned actions and tools.
// It has no logic.
package templates

import "embed"

// Files holds every template by its path in this directory.
//
//go:embed actions.json tools.json bot github kustomize argocd readme scripts starter
var Files embed.FS
