package pipeline

import (
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
)

var (
	leadingVersion = lazy.Regexp(`^([0-9]+(?:\.[0-9]+)*)`)
	minorVersion   = lazy.Regexp(`^(3\.[0-9]{1,2})(?:$|\.)`)
	uvPython       = lazy.Regexp(`python(3\.[0-9]{1,2})\b`)
)

// Version returns the version in the tag of the first base with one of the names, such as 3.11 of
// docker.io/library/python:3.11-slim, or "".
func (i *Dockerfile) Version(names ...string) string {
	version, _ := i.versioned(names)
	return version
}

// VersionLine is the line of that base, or 0.
func (i *Dockerfile) VersionLine(names ...string) int {
	_, line := i.versioned(names)
	return line
}

func (i *Dockerfile) versioned(names []string) (version string, line int) {
	if i == nil {
		return "", 0
	}
	for _, b := range i.Bases {
		name, tag := imageTag(b.Image)
		if v := group(leadingVersion(), tag); v != "" && slices.Contains(names, name) {
			return v, b.Line
		}
	}
	return "", 0
}

// Python is the minor version of Python that the image ships, or "".
func (i *Dockerfile) Python() string {
	if v := group(minorVersion(), i.Version("python")); v != "" || i == nil {
		return v
	}
	for _, b := range i.Bases {
		// ghcr.io/astral-sh/uv:python3.12-bookworm-slim
		if name, tag := imageTag(b.Image); name == "uv" {
			if v := group(uvPython(), tag); v != "" {
				return v
			}
		}
	}
	return ""
}

// imageTag splits a reference into the last part of its name and its tag.
func imageTag(image string) (name, tag string) {
	image, _, _ = strings.Cut(image, "@")
	name, tag, _ = strings.Cut(path.Base(image), ":")
	return name, tag
}
