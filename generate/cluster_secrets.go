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

// dockerConfig is the type of a Secret with which images are pulled.
const dockerConfig = "kubernetes.io/dockerconfigjson"

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

// secretReaders are all places that read Secrets, of all workloads and images.
func secretReaders(s schema.Spec) []secretReader {
	var out []secretReader
	eachSecret(s, func(r secretReader) string {
		out = append(out, r)
		return r.secret
	})
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
	return eachSecret(s, func(r secretReader) string { return cmp.Or(names[r.secret], r.secret) })
}

// eachSecret calls a function with each place that reads a Secret, and returns a copy of the spec in which each has the
// name that this returns.
func eachSecret(s schema.Spec, visit func(secretReader) string) schema.Spec {
	s.Workloads, s.Images = slices.Clone(s.Workloads), slices.Clone(s.Images)
	for i := range s.Workloads {
		w := &s.Workloads[i].Value
		id, only := s.Workloads[i].ID, w.Only
		read := func(name *string, path, kind string, optional bool, keys ...string) {
			if *name != "" {
				*name = visit(secretReader{path, *name, keys, optional, id, only, kind})
			}
		}
		variables := func(at string, all *map[string]schema.ObjectKey, needed bool) {
			*all = maps.Clone(*all)
			for _, as := range sorted(*all) {
				k := (*all)[as]
				read(&k.Name, schema.Join(at, as), "", k.Optional && !needed, k.Key)
				(*all)[as] = k
			}
		}
		container := func(at string, secrets *map[string]schema.ObjectKey, from *[]schema.EnvFrom) {
			variables(at+".secrets", secrets, false)
			*from = slices.Clone(*from)
			for n := range *from {
				read(&(*from)[n].Secret, schema.Item(at+".envFrom", n)+".secret", "", (*from)[n].Optional)
			}
		}
		container(w.At, &w.Secrets, &w.EnvFrom)
		w.Init, w.Files, w.Volumes = slices.Clone(w.Init), maps.Clone(w.Files), slices.Clone(w.Volumes)
		for n := range w.Init {
			c := &w.Init[n].Value
			container(c.At, &c.Secrets, &c.EnvFrom)
		}
		for _, at := range sorted(w.Files) {
			if f := w.Files[at]; f.Secret != nil {
				k := *f.Secret
				read(&k.Name, schema.Join(w.At+".files", at)+".secret", "", false, k.Key)
				f.Secret = &k
				w.Files[at] = f
			}
		}
		for n := range w.Volumes {
			v := &w.Volumes[n]
			read(&v.Value.Secret, schema.Join(w.At+".volumes", v.ID)+".secret", "", v.Value.Optional)
		}
		if w.Scale != nil {
			scale := *w.Scale
			scale.Keda = slices.Clone(scale.Keda)
			for n, t := range scale.Keda {
				if t.Authentication != nil {
					a := *t.Authentication
					variables(schema.Item(w.At+".scale.keda", n)+".authentication.secrets", &a.Secrets, true)
					scale.Keda[n].Authentication = &a
				}
			}
			w.Scale = &scale
		}
		if w.Route != nil && w.Route.TLS != nil {
			route, tls := *w.Route, *w.Route.TLS
			read(&tls.Secret, w.At+".route.tls.secret", "kubernetes.io/tls", false, "tls.crt", "tls.key")
			route.TLS, w.Route = &tls, &route
		}
	}
	for i := range s.Images {
		if v := &s.Images[i].Value; v.PullSecret != "" {
			v.PullSecret = visit(secretReader{path: v.At + ".pullSecret", secret: v.PullSecret, keys: []string{".dockerconfigjson"}, kind: dockerConfig})
		}
	}
	s.Secrets = slices.Clone(s.Secrets)
	for i, c := range s.Secrets {
		if x := c.Value.CSI; x != nil && x.Login != "" {
			login, at := *x, schema.Join("secrets", c.ID)
			login.Login = visit(secretReader{path: at + ".csi.login", secret: x.Login, workload: at})
			s.Secrets[i].Value.CSI = &login
		}
	}
	return s
}

// madeSecrets are the Secrets of the cluster that a deploy brings along.
func madeSecrets(s input) []plan.MadeSecret {
	readers := secretReaders(s.Spec)
	var out []plan.MadeSecret
	for _, c := range s.Secrets {
		made := plan.MadeSecret{Path: schema.Join("secrets", c.ID), ID: c.ID, Name: c.Value.NamedSecret(c.ID), Type: "Opaque", Way: wayOf(c.Value), External: map[string]plan.External{}}
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
			if e.Value.Secrets[c.ID].Exists {
				made.There = append(made.There, e.ID)
				continue
			}
			made.In = append(made.In, e.ID)
			if c.Value.External != nil {
				made.External[e.ID] = externalIn(made.Path+".external", *c.Value.External, e, c.ID)
			}
			if c.Value.CSI != nil {
				made.External[e.ID] = mountedIn(made.Path+".csi", *c.Value.CSI, e, c.ID)
			}
		}
		if x := c.Value.External; s.Previews != nil && pullsAnywhere(c.Value) && slices.ContainsFunc(readers, func(r secretReader) bool { return r.secret == made.Name && r.workload == "" }) {
			made.In = append(made.In, previewOverlay)
			made.External[previewOverlay] = externalIn(made.Path+".external", *x, schema.Named[schema.Environment]{ID: previewOverlay}, c.ID)
		}
		out = append(out, made)
	}
	return out
}

func wayOf(c schema.ClusterSecret) plan.SecretWay {
	switch {
	case c.CSI != nil:
		return plan.ByDriver
	case c.Sealed:
		return plan.BySeal
	case c.Sops:
		return plan.BySops
	}
	return plan.ByStore
}

// pullsAnywhere reports a Secret that a store of the cluster gives to any namespace, also to one that nobody knows yet.
func pullsAnywhere(c schema.ClusterSecret) bool {
	return c.External != nil && c.External.ClusterStore != ""
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
	out.Keys = storeKeys(at, here, x.Keys, d.Keys, fill)
	return out
}

// storeKeys are the keys of a Secret, with those that differ in an environment.
func storeKeys(at, here string, all, own map[string]schema.StoreEntry, fill func(string) string) []plan.StoreKey {
	var out []plan.StoreKey
	keys := with(all, own)
	for _, key := range sorted(keys) {
		path := schema.Join(at+".keys", key)
		if _, differs := own[key]; differs {
			path = schema.Join(here+".keys", key)
		}
		k := keys[key]
		out = append(out, plan.StoreKey{Path: path, Key: key, From: fill(k.From), Property: fill(k.Property), Version: k.Version, Type: k.Type})
	}
	return out
}
