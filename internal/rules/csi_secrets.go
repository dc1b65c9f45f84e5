package rules

import (
	"cmp"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// storeDriver is the name of the driver of the Secrets Store.
const storeDriver = "secrets-store.csi.k8s.io"

// secretsOfClass are the parts of a class that say how a Secret is made.
func secretsOfClass(o *pipeline.Object, secret string) []pipeline.Node {
	return slices.DeleteFunc(slices.Clone(o.Get("spec", "secretObjects").Items()), func(s pipeline.Node) bool { return s.Get("secretName").Text() != secret })
}

// sameOfClasses reports two classes that give a Secret the same keys.
func sameOfClasses(a, b *pipeline.Object, secret string) bool {
	if !a.SecretClass() || !b.SecretClass() {
		return false
	}
	ofA, _ := madeKeys(a, secret)
	ofB, _ := madeKeys(b, secret)
	slices.Sort(ofA)
	slices.Sort(ofB)
	return slices.Equal(ofA, ofB)
}

// classesMountFiles looks for Secrets that are made of files which the provider does not mount.
func classesMountFiles(c *Case) {
	for _, t := range c.targets {
		for _, o := range t.Kinds(pipeline.SecretProviderClass) {
			files, known := mountedFiles(o)
			if !o.SecretClass() || !known {
				continue
			}
			for _, s := range o.Get("spec", "secretObjects").Items() {
				for _, d := range s.Get("data").Items() {
					if file := d.Get("objectName"); file.OK() && !slices.Contains(files, file.Text()) {
						c.broken(file.At(), o.At(), "name one of the files that its parameters give: "+strings.Join(files, ", "), "%s makes the Secret %s of the file %s, which its provider does not mount", o.Label(), quoted(s.Get("secretName").Text()), quoted(file.Text()))
					}
				}
			}
		}
	}
}

// mountedFiles are the files that a class has its provider mount, where it is known how that one names them.
func mountedFiles(o *pipeline.Object) (files []string, known bool) {
	var entries []pipeline.Node
	name, alias := "objectName", "objectAlias"
	provider := o.Get("spec", "provider").Text()
	for _, entry := range o.ClassEntries() {
		if provider == "azure" && entry.Get("objectVersionHistory").OK() { // a folder of versions
			return nil, false
		}
		if provider == "aws" {
			entries = append(entries, entry.Get("jmesPath").Items()...)
		}
		entries = append(entries, entry)
	}
	switch provider {
	case "vault", "openbao":
		alias = ""
	case "gcp":
		name, alias = "fileName", "path"
	}
	for _, entry := range entries {
		file := cmp.Or(entry.Get(alias).Text(), entry.Get(name).Text())
		if provider == "aws" {
			file = awsFile(file, o.Get("spec", "parameters", "pathTranslation").Text())
		}
		if file == "" {
			return nil, false
		}
		files = append(files, file)
	}
	return files, len(files) > 0
}

// awsFile is the name of a file in which the provider for AWS replaces slashes, or takes off the first.
func awsFile(name, instead string) string {
	if strings.EqualFold(instead, "false") {
		return strings.TrimLeft(name, "/")
	}
	return strings.ReplaceAll(name, "/", cmp.Or(instead, "_"))
}

// classesAreMounted looks for Secrets that the driver of the Secrets Store does not make: those of a class that no pod has
// as a volume, or none but of Jobs, which are not there when others start.
func classesAreMounted(c *Case) {
	for _, t := range c.targets {
		for _, o := range t.Kinds(pipeline.SecretProviderClass) {
			if !o.SecretClass() || slices.ContainsFunc(t.Workloads(), func(w pipeline.Workload) bool {
				return w.LongRunning() && mountsClass(w, o.Name)
			}) {
				continue
			}
			for _, w := range t.Workloads() {
				if mountsClass(w, o.Name) {
					continue
				}
				for _, r := range referencesOf(w) {
					if r.kind == "Secret" && slices.Contains(madeSecrets(o), r.name.Text()) {
						c.broken(r.name.At(), o.At(), "let a container of "+w.Label()+" mount a volume with csi: {driver: "+storeDriver+", readOnly: true, volumeAttributes: {secretProviderClass: "+o.Name+"}}",
							"%s reads the Secret %s, which the CSI driver makes only while a pod mounts %s, and none that stays does", w.Label(), quoted(r.name.Text()), o.Label())
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
		if csi.Get("driver").Text() != storeDriver || csi.Get("volumeAttributes", "secretProviderClass").Text() != class {
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
