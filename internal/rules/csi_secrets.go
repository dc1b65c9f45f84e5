package rules

import (
	"slices"

	"github.com/pipegen/pipegen/internal/pipeline"
)

const secretsStore = "secrets-store.csi"

// classesAreMounted looks for Secrets that the driver of the Secrets Store never makes: those of a class that no pod
// has as a volume.
func classesAreMounted(c *Case) {
	for _, t := range c.targets {
		for _, o := range t.Kinds("SecretProviderClass") {
			if o.Group != secretsStore+".x-k8s.io" || slices.ContainsFunc(t.Workloads(), func(w pipeline.Workload) bool { return mountsClass(w, o.Name) }) {
				continue
			}
			for _, w := range t.Workloads() {
				for _, r := range referencesOf(w) {
					if r.kind == "Secret" && slices.Contains(madeSecrets(o), r.name.Text()) {
						c.broken(r.name.At(), o.At(), "let a container of "+w.Label()+" mount a volume with csi: {driver: "+secretsStore+".k8s.io, readOnly: true, volumeAttributes: {secretProviderClass: "+o.Name+"}}",
							"%s reads the Secret %s, which the CSI driver makes only while a pod mounts %s, and none does", w.Label(), quoted(r.name.Text()), o.Label())
						break
					}
				}
			}
		}
	}
}

// mountsClass reports whether a container of a workload mounts a volume of a SecretProviderClass: one that no container
// mounts is no volume to the kubelet.
func mountsClass(w pipeline.Workload, class string) bool {
	for _, v := range w.Pod().Get("volumes").Items() {
		csi := v.Get("csi")
		if csi.Get("driver").Text() != secretsStore+".k8s.io" || csi.Get("volumeAttributes", "secretProviderClass").Text() != class {
			continue
		}
		for _, container := range w.Containers() {
			for _, m := range container.Get("volumeMounts").Items() {
				if m.Get("name").Text() == v.Get("name").Text() {
					return true
				}
			}
		}
	}
	return false
}
