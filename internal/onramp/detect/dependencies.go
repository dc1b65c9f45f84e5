package detect

import (
	"bytes"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
)

// dependencies are the dependencies in pyproject.toml, by normalised name.
type dependencies struct{ installed, optional []string }

func (d *dependencies) add(installed bool, names ...string) {
	if installed {
		d.installed = append(d.installed, names...)
	} else {
		d.optional = append(d.optional, names...)
	}
}

// declared reads every table where pyproject.toml can name a dependency. uv installs the group dev unless
// default-groups says otherwise; poetry installs every group that is not optional. Neither installs extras.
func declared(doc map[string]any, manager string) dependencies {
	var d dependencies
	d.add(true, names(at(doc, "project", "dependencies"))...)
	d.add(true, names(at(doc, "tool", "uv", "dev-dependencies"))...)
	for _, extra := range table(at(doc, "project", "optional-dependencies")) {
		d.add(false, names(extra)...)
	}
	defaults := []string{"dev"}
	all := manager == "poetry"
	switch groups := at(doc, "tool", "uv", "default-groups").(type) {
	case string:
		all = all || groups == "all"
	case []any:
		defaults = names(groups)
	}
	for name, group := range table(at(doc, "dependency-groups")) {
		optional, _ := at(doc, "tool", "poetry", "group", name, "optional").(bool)
		d.add((all || slices.Contains(defaults, normal(name))) && !optional, names(group)...)
	}
	d.add(true, keys(at(doc, "tool", "poetry", "dependencies"))...)
	d.add(true, keys(at(doc, "tool", "poetry", "dev-dependencies"))...)
	for _, group := range table(at(doc, "tool", "poetry", "group")) {
		optional, _ := at(group, "optional").(bool)
		d.add(!optional, keys(at(group, "dependencies"))...)
	}
	return d
}

// presence looks at the declarations first; a package that is only in the lock file came with another one.
func presence(name string, d dependencies, lock []byte) Presence {
	locked := bytes.Contains(lock, []byte("\nname = \""+name+"\"\n")) || bytes.Contains(lock, []byte("\nname = \""+name+"\"\r\n"))
	switch {
	case slices.Contains(d.installed, name):
		return Installed
	case slices.Contains(d.optional, name):
		return Optional
	case locked:
		return Installed
	}
	return Absent
}

var requirementName = lazy.Regexp(`^\s*([A-Za-z0-9](?:[-_.A-Za-z0-9]*[A-Za-z0-9])?)`)

// names returns the packages of a list of requirements.
func names(list any) []string {
	items, _ := list.([]any)
	var out []string
	for _, item := range items {
		text, _ := item.(string)
		if name := group(requirementName(), text); name != "" {
			out = append(out, normal(name))
		}
	}
	return out
}

func keys(v any) []string {
	var out []string
	for name, value := range table(v) {
		// optional = true marks an extra of poetry.
		if optional, _ := at(value, "optional").(bool); !optional {
			out = append(out, normal(name))
		}
	}
	return out
}

func table(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

// normal returns a package's name in the form in which indexes compare it.
func normal(name string) string {
	return separator().ReplaceAllString(strings.ToLower(name), "-")
}
