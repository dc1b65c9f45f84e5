package rules

import (
	"strconv"
	"strings"

	"github.com/pipegen/pipegen/internal/dockerfile"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// x21: the image's user is the pod's.
func findsX21(f *Case) {
	file := f.dockerfile()
	if file == nil {
		return
	}
	docker := dockerfile.Parse(file.Path, string(file.Content))
	user, _, _ := strings.Cut(docker.User, ":")
	for _, t := range f.targets {
		w, c, ok := f.App(t)
		if !ok {
			continue
		}
		runs := w.Security(c, "runAsUser")
		_, err := strconv.Atoi(user)
		if runs.OK() && err == nil && user != runs.Text() {
			f.broken(runs.At(), pipeline.Place{File: file, Line: docker.UserLine}, "let both name one user", "the pod runs as %s, and the image as %s", quoted(runs.Text()), quoted(user))
		}
	}
}

// x23: the image is built for the nodes that its pods may come to.
func findsX23(f *Case) {
	built := map[string]bool{}
	at := nowhere
	for _, b := range f.Builds() {
		for _, n := range b.Platforms() {
			at = n.At()
			for _, p := range strings.Split(n.Text(), ",") {
				built[strings.TrimPrefix(strings.TrimSpace(p), "linux/")] = true
			}
		}
	}
	if len(f.Builds()) == 0 {
		return
	}
	if len(built) == 0 {
		built["amd64"] = true
		at = f.Builds()[0].At()
	}
	for _, t := range f.targets {
		w, _, ok := f.App(t)
		if !ok {
			continue
		}
		check := func(n pipeline.Node) {
			if n.OK() && !built[n.Text()] {
				f.broken(n.At(), at, "build for it, or let the pods go elsewhere", "the pods may come to nodes of the kind %s, for which no image is built", quoted(n.Text()))
			}
		}
		check(w.Pod().Get("nodeSelector", "kubernetes.io/arch"))
		for _, term := range w.Pod().Get("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms").Items() {
			for _, e := range term.Get("matchExpressions").Items() {
				if e.Get("key").Text() == "kubernetes.io/arch" && e.Get("operator").Text() == "In" {
					for _, v := range e.Get("values").Items() {
						check(v)
					}
				}
			}
		}
	}
}

// x26: every other image is pinned.
func findsX26(f *Case) {
	for _, t := range f.targets {
		_, own, _ := f.App(t)
		for _, w := range t.Workloads() {
			for _, c := range w.Containers() {
				image := c.Get("image").Text()
				if pipeline.ParseImage(image).Name == pipeline.ParseImage(own.Get("image").Text()).Name || strings.Contains(image, "@sha256:") {
					continue
				}
				f.broken(c.Get("image").At(), nowhere, "add @sha256: and the digest", "%s runs %s, which is not pinned by digest", w.Label(), quoted(image))
			}
		}
	}
}
