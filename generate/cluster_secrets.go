package generate

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// refreshed is how often a store is asked where the spec does not say: the value of External Secrets.
const refreshed = time.Hour

// secretReader is a place in the spec that reads a Secret, by its name there: keys of it, or all of it. In are the
// environments in which it does, none for all. Workload is "" for one that pulls an image.
type secretReader struct {
	path, secret string
	keys         []string
	optional     bool
	workload     string
	in           []string
	// kind is the type that the Secret must have, "" for any.
	kind string
}

// secretReaders are all places that read Secrets, of all workloads.
func secretReaders(s schema.Spec) []secretReader {
	var out []secretReader
	for _, w := range s.Workloads {
		add := func(path, secret, kind string, optional bool, keys ...string) {
			if secret != "" {
				out = append(out, secretReader{path, secret, keys, optional, w.ID, w.Value.Only, kind})
			}
		}
		for _, c := range w.Value.Containers() {
			for _, name := range sorted(c.Secrets) {
				k := c.Secrets[name]
				add(schema.Join(c.At+".secrets", name), k.Name, "", k.Optional, k.Key)
			}
			for i, from := range c.EnvFrom {
				add(schema.Item(c.At+".envFrom", i)+".secret", from.Secret, "", from.Optional)
			}
		}
		for _, at := range sorted(w.Value.Files) {
			if k := w.Value.Files[at].Secret; k != nil {
				add(schema.Join(w.Value.At+".files", at)+".secret", k.Name, "", false, k.Key)
			}
		}
		for _, v := range w.Value.Volumes {
			add(schema.Join(w.Value.At+".volumes", v.ID)+".secret", v.Value.Secret, "", v.Value.Optional)
		}
		if w.Value.Scale != nil {
			for i, t := range w.Value.Scale.Keda {
				if t.Authentication == nil {
					continue
				}
				for _, name := range sorted(t.Authentication.Secrets) {
					k := t.Authentication.Secrets[name]
					add(schema.Join(schema.Item(w.Value.At+".scale.keda", i)+".authentication.secrets", name), k.Name, "", false, k.Key)
				}
			}
		}
		if r := w.Value.Route; r != nil && r.TLS != nil {
			add(w.Value.At+".route.tls.secret", r.TLS.Secret, "kubernetes.io/tls", false, "tls.crt", "tls.key")
		}
	}
	for _, i := range s.Images {
		if i.Value.PullSecret != "" {
			out = append(out, secretReader{path: i.Value.At + ".pullSecret", secret: i.Value.PullSecret, keys: []string{".dockerconfigjson"}, kind: "kubernetes.io/dockerconfigjson"})
		}
	}
	return out
}

// Versioned gives what reads a Secret with a version the name that this has in the cluster.
func Versioned(s schema.Spec) schema.Spec {
	names := map[string]string{}
	for _, c := range s.Secrets {
		if c.Value.Version != "" {
			names[c.ID] = c.Value.NamedSecret(c.ID)
		}
	}
	if len(names) == 0 {
		return s
	}
	name := func(to *string) { *to = cmp.Or(names[*to], *to) }
	keys := func(all *map[string]schema.ObjectKey) {
		*all = maps.Clone(*all)
		for as, k := range *all {
			name(&k.Name)
			(*all)[as] = k
		}
	}
	from := func(all *[]schema.EnvFrom) {
		*all = slices.Clone(*all)
		for i := range *all {
			name(&(*all)[i].Secret)
		}
	}
	s.Workloads, s.Images = slices.Clone(s.Workloads), slices.Clone(s.Images)
	for i := range s.Images {
		name(&s.Images[i].Value.PullSecret)
	}
	for i := range s.Workloads {
		w := &s.Workloads[i].Value
		keys(&w.Secrets)
		from(&w.EnvFrom)
		w.Init, w.Volumes, w.Files = slices.Clone(w.Init), slices.Clone(w.Volumes), maps.Clone(w.Files)
		for n := range w.Init {
			keys(&w.Init[n].Value.Secrets)
			from(&w.Init[n].Value.EnvFrom)
		}
		for n := range w.Volumes {
			name(&w.Volumes[n].Value.Secret)
		}
		for at, f := range w.Files {
			if f.Secret != nil {
				k := *f.Secret
				name(&k.Name)
				f.Secret = &k
				w.Files[at] = f
			}
		}
		if w.Scale != nil {
			scale := *w.Scale
			scale.Keda = slices.Clone(scale.Keda)
			for n, t := range scale.Keda {
				if t.Authentication != nil {
					a := *t.Authentication
					keys(&a.Secrets)
					scale.Keda[n].Authentication = &a
				}
			}
			w.Scale = &scale
		}
		if w.Route != nil && w.Route.TLS != nil {
			route, tls := *w.Route, *w.Route.TLS
			name(&tls.Secret)
			route.TLS, w.Route = &tls, &route
		}
	}
	return s
}

// madeSecrets are the Secrets of the cluster that a deploy brings along.
func madeSecrets(s input) []plan.MadeSecret {
	readers := secretReaders(s.Spec)
	var out []plan.MadeSecret
	for _, c := range s.Secrets {
		made := plan.MadeSecret{Path: schema.Join("secrets", c.ID), ID: c.ID, Name: c.Value.NamedSecret(c.ID), Type: "Opaque", Sealed: c.Value.Sealed, External: map[string]plan.External{}}
		whole := false
		var in []string
		for _, r := range readers {
			if r.secret != made.Name {
				continue
			}
			made.Type = cmp.Or(r.kind, made.Type)
			made.Keys, whole = append(made.Keys, r.keys...), whole || len(r.keys) == 0
			in = append(in, named(ids(s.Environments), r.in)...)
			if r.workload != "" && c.Value.Reloader && r.kind == "" && !slices.Contains(made.Reloaded, r.workload) && staysOf(s, r.workload) {
				made.Reloaded = append(made.Reloaded, r.workload)
			}
		}
		if slices.Sort(made.Keys); whole {
			made.Keys = nil
		}
		made.Keys = slices.Compact(made.Keys)
		for _, e := range s.Environments {
			// What nothing here reads may be for files of the author's own.
			if len(in) > 0 && !slices.Contains(in, e.ID) {
				continue
			}
			made.In = append(made.In, e.ID)
			if c.Value.External != nil {
				made.External[e.ID] = externalIn(made.Path+".external", *c.Value.External, e, c.ID)
			}
		}
		out = append(out, made)
	}
	return out
}

func staysOf(s input, workload string) bool {
	return slices.ContainsFunc(s.workloads, func(w plan.Workload) bool { return w.Name == workload && w.Kind.Stays() })
}

// externalIn is where the values of a Secret are for an environment.
func externalIn(at string, x schema.ExternalSecret, e schema.Named[schema.Environment], id string) plan.External {
	here := schema.Join(schema.Join("environments", e.ID)+".secrets", id)
	d := e.Value.Secrets[id]
	fill := func(text string) string { return strings.ReplaceAll(text, "{environment}", e.ID) }
	out := plan.External{Kind: "SecretStore", Store: x.Store, StorePath: at + ".store", All: fill(x.All), AllPath: at + ".all",
		Refresh: schema.Short(cmp.Or(time.Duration(x.Refresh), refreshed)), RefreshPath: at + ".refresh"}
	if x.ClusterStore != "" {
		out.Kind, out.Store, out.StorePath = "ClusterSecretStore", x.ClusterStore, at+".clusterStore"
	}
	switch {
	case d.Store != "":
		out.Kind, out.Store, out.StorePath = "SecretStore", d.Store, here+".store"
	case d.ClusterStore != "":
		out.Kind, out.Store, out.StorePath = "ClusterSecretStore", d.ClusterStore, here+".clusterStore"
	}
	if d.All != "" {
		out.All, out.AllPath = fill(d.All), here+".all"
	}
	if d.Refresh != 0 {
		out.Refresh, out.RefreshPath = schema.Short(time.Duration(d.Refresh)), here+".refresh"
	}
	keys := with(x.Keys, d.Keys)
	for _, key := range sorted(keys) {
		path := schema.Join(at+".keys", key)
		if _, own := d.Keys[key]; own {
			path = schema.Join(here+".keys", key)
		}
		k := keys[key]
		out.Keys = append(out.Keys, plan.StoreKey{Path: path, Key: key, From: fill(k.From), Property: fill(k.Property), Version: k.Version})
	}
	return out
}
