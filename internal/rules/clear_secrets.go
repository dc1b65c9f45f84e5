package rules

import (
	"bytes"
	"encoding/base64"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

const bringSecret = "let another tool bring it (a SealedSecret, an ExternalSecret, a Secret that is made in the cluster); what is no secret goes into a ConfigMap"

// noSecretInGit looks for values of Secrets in manifests, in what kustomize makes Secrets of, and in patches.
func noSecretInGit(c *Case) {
	for _, t := range c.targets {
		found := map[string]bool{}
		report := func(at pipeline.Place, format string, args ...any) {
			found[at.String()] = true
			c.broken(at, t.At(), bringSecret, format, args...)
		}
		for _, f := range t.Folders {
			for _, g := range f.Kust.Get("secretGenerator").Items() {
				if at := c.generatesClear(f, g); at.Known() {
					report(at, "secretGenerator makes the Secret %s of values in clear", g.Get("name").Text())
				}
			}
			for _, file := range f.Files {
				if slices.Contains(f.Encrypted, file) {
					continue // K44 looks closer
				}
				for _, d := range file.Docs {
					if at := clearValues(d); at.Known() {
						report(at, "Secret %s holds its values in clear", d.Get("metadata", "name").Text())
					}
				}
			}
		}
		for _, s := range t.Kinds("Secret") {
			// What has another name in its file, and what is generated, is found nowhere.
			at := clearValues(s.Node)
			if at.Known() && !s.Encrypted().OK() && !found[at.String()] && (at.String() != t.At().String() || len(found) == 0) {
				report(at, "%s holds its values in clear", s.Label())
			}
		}
	}
}

// clearValues is where an object holds the values of a Secret in clear.
func clearValues(o pipeline.Node) pipeline.Place {
	if o.Get("kind").Text() != "Secret" || o.Get("sops").OK() {
		return nowhere
	}
	for _, field := range []string{"data", "stringData"} {
		values := o.Get(field)
		for _, v := range values.Pairs() {
			text := v.Text()
			if decoded, err := base64.StdEncoding.DecodeString(text); err == nil && field == "data" {
				text = string(decoded)
			}
			if inClear(text) {
				return values.At()
			}
		}
	}
	return nowhere
}

// generatesClear is where an entry of a kustomization's secretGenerator has a value in clear, itself or in a file.
func (c *Case) generatesClear(f *pipeline.Folder, g pipeline.Node) pipeline.Place {
	for _, l := range g.Get("literals").Items() {
		if _, value, _ := strings.Cut(l.Text(), "="); inClear(strings.Trim(value, `"'`)) {
			return l.At()
		}
	}
	for _, field := range []string{"files", "envs", "env"} {
		named := g.Get(field)
		for _, n := range append(named.Items(), named) {
			_, name, keyed := strings.Cut(n.Text(), "=")
			if !keyed {
				name = n.Text()
			}
			if file := c.File(artifact.GitOps, path.Join(f.Dir, name)); file != nil && fileInClear(file, field) {
				return n.At()
			}
		}
	}
	return nowhere
}

// fileInClear reports a file with a value in clear: the file itself, or a line of one with variables.
func fileInClear(file *pipeline.File, field string) bool {
	if field == "files" {
		return inClear(string(file.Content))
	}
	return !bytes.Contains(file.Content, []byte("ENC[")) && slices.ContainsFunc(file.Lines(), func(line string) bool {
		_, value, given := strings.Cut(line, "=")
		return given && !strings.HasPrefix(strings.TrimSpace(line), "#") && inClear(strings.Trim(value, `"'`))
	})
}

// elsewhere are texts that stand for a value: one that is encrypted, and the places of values for tools that put them in.
var elsewhere = []func() *regexp.Regexp{
	lazy.Regexp(`ENC\[AES256_GCM,`),             // SOPS
	lazy.Regexp(`^<[^>]*>$`),                    // argocd-vault-plugin
	lazy.Regexp(`^(vault:|>>vault:|ref\+\w+:)`), // the webhook of Bank-Vaults, vals
	lazy.Regexp(`^(\$\{[^}]*\}|\$\([^)]*\)|\{\{.*\}\})$`),
	lazy.Regexp(`^(-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----\s*)+$`), // everybody may have them
}

// inClear reports a text that is the value of a secret itself.
func inClear(text string) bool {
	text = strings.TrimSpace(text)
	return text != "" && !slices.ContainsFunc(elsewhere, func(e func() *regexp.Regexp) bool { return e().MatchString(text) })
}
