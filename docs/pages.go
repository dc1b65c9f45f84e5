// Package docs holds the pages that pipegen itself prints.
package docs

import _ "embed"

// Diagnostics is the page of the codes: a section for each, below a heading of its name.
//
//go:embed diagnostics.md
var Diagnostics string
