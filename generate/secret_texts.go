package generate

import (
	"fmt"
	"regexp"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/schema"
)

// secretShapes are what keys to something look like. No list knows a password.
var secretShapes = []struct {
	is    string
	shape func() *regexp.Regexp
}{
	{"a private key", lazy.Regexp(`-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY( BLOCK)?-----`)},
	{"an access key of AWS", lazy.Regexp(`\b(AKIA|ASIA)[A-Z2-7]{16}\b`)},
	{"a token of GitHub", lazy.Regexp(`\b(gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{40,})`)},
	{"a token of Slack", lazy.Regexp(`\bxox[abposr]-[A-Za-z0-9-]{10,}`)},
	{"an API key of Google", lazy.Regexp(`\bAIza[A-Za-z0-9_-]{35}`)},
	{"a secret key of Stripe", lazy.Regexp(`\b[sr]k_live_[A-Za-z0-9]{16,}`)},
}

// What to write in place of a secret.
const (
	secretFile     = `put it into a Secret of the cluster, and name that: secret: {name: "…", key: "…"}`
	secretVariable = `put it into a Secret of the cluster, and name that in secrets: NAME: {name: "…", key: "…"}`
)

// secretIn refuses a text with a secret in it, which would be in git, and in an object that many may read.
func secretIn(at, text, help string) diag.List {
	for _, s := range secretShapes {
		if s.shape().MatchString(text) {
			return diag.List{{Code: diag.BadValue, Rule: "K27", Path: at,
				Message: fmt.Sprintf("%s holds %s, and all of the spec is in git", at, s.is), Help: help}}
		}
	}
	return nil
}

// variablesOpen refuses secrets among the variables of workloads.
func variablesOpen(s input) diag.List {
	var out diag.List
	for _, w := range s.Workloads {
		open := func(at string, vars map[string]string) {
			for _, name := range sorted(vars) {
				out = append(out, secretIn(schema.Join(at, name), vars[name], secretVariable)...)
			}
		}
		for _, c := range w.Value.Containers() {
			open(c.At+".env", c.Env)
		}
		for _, e := range s.Environments {
			d := e.Value.Difference(w.ID)
			open(d.At+".env", d.Env)
		}
	}
	return out
}
