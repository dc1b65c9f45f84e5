package frompipeline

import (
	"maps"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/plan"
)

// secretOf is the name of the Secret that an object becomes.
func secretOf(o *pipeline.Object) string {
	if made := o.Get("spec", "secretObjects").Items(); o.SecretClass() && len(made) == 1 {
		return made[0].Get("secretName").Text()
	}
	return o.Name
}

// oneSecret reports a class that makes one Secret, as a spec can say it.
func oneSecret(o *pipeline.Object) bool {
	made := o.Get("spec", "secretObjects").Items()
	if len(made) != 1 || len(made[0].Get("data").Items()) == 0 || !slices.Contains([]string{"Opaque", "kubernetes.io/tls"}, made[0].Get("type").Text()) {
		return false
	}
	for field := range made[0].Pairs() {
		if !slices.Contains([]string{"secretName", "type", "data"}, field) {
			return false
		}
	}
	return true
}

// entryFields say how providers call the fields of an entry: its file, from, property, version and type. Where a provider
// has two names of a file, the first counts.
var entryFields = map[string]struct {
	usual  string
	file   []string
	fields map[string]string
}{
	"aws":     {"secretsmanager", []string{"objectAlias", "objectName"}, map[string]string{"objectName": "from", "objectVersion": "version", "objectType": "type", "objectAlias": ""}},
	"azure":   {"secret", []string{"objectAlias", "objectName"}, map[string]string{"objectName": "from", "objectVersion": "version", "objectType": "type", "objectAlias": ""}},
	"gcp":     {"", []string{"path", "fileName"}, map[string]string{"resourceName": "from", "extractJSONKey": "property", "path": "", "fileName": ""}},
	"openbao": {"", []string{"objectName"}, map[string]string{"secretPath": "from", "secretKey": "property", "objectName": ""}},
	"vault":   {"", []string{"objectName"}, map[string]string{"secretPath": "from", "secretKey": "property", "objectName": ""}},
}

// entriesOf are the entries that a provider is asked for, by their keys in the Secret, where a spec can say all of them;
// otherwise their files alone.
func entriesOf(o *pipeline.Object) (keys map[string]map[string]string, whole bool) {
	provider := o.Get("spec", "provider").Text()
	of := entryFields[provider]
	entries := map[string]map[string]string{}
	whole = pipeline.AskedIn(provider) != ""
	for _, n := range o.ClassEntries() {
		entry, file := map[string]string{}, ""
		for _, name := range of.file {
			if file == "" {
				file = n.Get(name).Text()
			}
		}
		for field, value := range n.Pairs() {
			as, ok := of.fields[field]
			whole = whole && ok && value.Text() != ""
			if as != "" && !(as == "type" && value.Text() == of.usual) {
				entry[as] = value.Text()
			}
		}
		if provider == "gcp" {
			entry["from"] = strings.TrimSuffix(entry["from"], "/versions/latest")
		}
		entries[file] = entry
	}
	keys, files := map[string]map[string]string{}, map[string]map[string]string{}
	for _, d := range o.Get("spec", "secretObjects").Items()[0].Get("data").Items() {
		file, key := d.Get("objectName").Text(), d.Get("key").Text()
		files[key] = map[string]string{"from": file}
		keys[key] = entries[file]
		// pipegen mounts each entry under its key.
		whole = whole && entries[file] != nil && entries[file]["from"] != ""
	}
	if whole = whole && len(keys) == len(entries); whole && (provider != "vault" && provider != "openbao" || !slices.ContainsFunc(slices.Collect(maps.Values(keys)), func(e map[string]string) bool { return e["property"] == "" })) {
		return keys, true
	}
	return files, false
}

// class reads what a provider of the CSI driver is asked for, as far as it is not as in the last environment.
func (d *drafter) class(e *deployment, o, last *pipeline.Object) {
	under, secret := below("environments", e.env, "secrets", secretOf(o)), secretOf(o)
	provider := o.Get("spec", "provider")
	keys, whole := entriesOf(o)
	var before map[string]map[string]string
	if last == nil {
		under = below("secrets", secret, "csi")
		d.addText(provider, under("provider")...)
		d.loginOf(o, under)
	} else {
		as := false
		if before, as = entriesOf(last); !last.SecretClass() || as != whole || last.Get("spec", "provider").Text() != provider.Text() {
			d.leave(o.At(), "give the Secret another name where another provider has it", "how %s is made in %s, where the provider is another one or is asked otherwise", secret, e.env)
			return
		}
	}
	for name, value := range o.Get("spec", "parameters").Pairs() {
		if (!whole || name != pipeline.AskedIn(provider.Text())) && (last == nil || last.Get("spec", "parameters", name).Text() != value.Text()) {
			d.addText(value, under("parameters", name)...)
		}
	}
	at := o.Get("spec", "secretObjects").At()
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		if entry := keys[key]; !maps.Equal(before[key], entry) {
			for _, field := range slices.Sorted(maps.Keys(entry)) {
				d.add(entry[field], at, under("keys", key, field)...)
			}
		}
	}
}

// loginOf reads the Secret with which a provider logs in: the volumes name it.
func (d *drafter) loginOf(o *pipeline.Object, under func(...string) []string) {
	for _, p := range d.programs {
		for _, v := range p.last().volumes() {
			if v.Get("csi", "volumeAttributes", "secretProviderClass").Text() == o.Name {
				d.addText(v.Get("csi", "nodePublishSecretRef", "name"), under("login")...)
			}
		}
	}
}

// classMount reports a volume that pods get for a Secret which they read, and names its folder where it moves.
func (d *drafter) classMount(r run, volume, mount pipeline.Node) bool {
	class := volume.Get("csi", "volumeAttributes", "secretProviderClass").Text()
	for _, o := range r.workload.Target.Kinds(pipeline.SecretProviderClass) {
		if o.Name != class || !o.SecretClass() || !oneSecret(o) || !r.readsSecret(secretOf(o)) {
			continue
		}
		if to := plan.StoreFolder + secretOf(o); mount.Get("mountPath").Text() != to {
			d.leave(mount.At(), "if the program reads files there, name them in files of the Secret "+secretOf(o), "that the files of %s are at %s: they move to %s, and have the names of keys", o.Label(), mount.Get("mountPath").Text(), to)
		}
		return true
	}
	return false
}

// ownMounts are the mounts of a container, without those of classes: a pod has one where it reads the Secret, and none where
// that exists.
func (r run) ownMounts() string {
	var out []string
	volumes := r.volumes()
	for _, m := range r.container.Get("volumeMounts").Items() {
		if !volumes[m.Get("name").Text()].Get("csi", "volumeAttributes", "secretProviderClass").OK() {
			out = append(out, scalars(m))
		}
	}
	return strings.Join(out, "; ")
}
