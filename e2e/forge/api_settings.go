package forge

import (
	"strconv"
)

// settingsRoutes are the questions about a repository that its owner answers.
func (f *Forge) settingsRoutes() []route {
	routes := []route{
		{"GET", "", true, f.repository},
		{"GET", "/rules/branches/{branch...}", true, f.branchRules},
		{"GET", "/attestations/{digest}", true, f.attestations},
		{"GET", "/actions/permissions", false, f.permissions},
		{"GET", "/hooks", false, f.hooks},
		{"GET", "/hooks/{hook}/deliveries", false, f.hookDeliveries},
	}
	for _, kind := range []string{"secrets", "variables"} {
		organization := func(q question) (any, error) { return storedNames(q, kind, nil), nil }
		routes = append(routes,
			route{"GET", "/environments/{environment}/" + kind, false, f.stored(kind)},
			route{"GET", "/actions/" + kind, false, f.stored(kind)},
			route{"GET", "/actions/organization-" + kind, false, organization})
	}
	return routes
}

func (f *Forge) repository(q question) (any, error) {
	out := repositoryOf(q.bare, q.defaultBranch(q.Context()))
	out["subscribers_count"], out["network_count"] = 0, 0
	out["allow_auto_merge"] = f.mayMergeItself(q.repository)
	if all := f.pushes(q.repository); len(all) > 0 {
		out["pushed_at"] = moment(all[0].at)
	}
	return out, nil
}

func (f *Forge) attestations(q question) (any, error) {
	digest := q.PathValue("digest")
	f.mutex.Lock()
	n := f.of(q.repository).attested[digest]
	f.mutex.Unlock()
	if n == 0 {
		return nil, notFound()
	}
	return map[string]any{"attestations": each(make([]struct{}, min(n, q.number("per_page", 30))), func(struct{}) any {
		return map[string]any{
			"repository_id": id(q.repository), "bundle_url": "https://" + Host + "/attestations/" + digest, "initiator": "user",
			"bundle": map[string]any{"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json"},
		}
	})}, nil
}

func (f *Forge) permissions(q question) (any, error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if f.of(q.repository).noActions {
		return map[string]any{"enabled": false}, nil
	}
	return map[string]any{"enabled": true, "allowed_actions": "all", "sha_pinning_required": false}, nil
}

// stored lists the secrets or the variables of the environment that the question
// names, or else of the repository.
func (f *Forge) stored(kind string) func(question) (any, error) {
	return func(q question) (any, error) {
		environment := q.PathValue("environment")
		f.mutex.Lock()
		defer f.mutex.Unlock()
		known := environment == ""
		r := f.of(q.repository)
		for p := range r.stored {
			known = known || p.environment == environment
		}
		if !known {
			return nil, notFound()
		}
		return storedNames(q, kind, r.stored[place{environment, kind}]), nil
	}
}

func storedNames(q question, kind string, names []string) any {
	usual, most := 30, 100
	if kind == "variables" {
		usual, most = 10, 30
	}
	return map[string]any{"total_count": len(names), kind: each(paged(q, usual, most, names), func(name string) any {
		out := map[string]any{"name": name, "created_at": longAgo, "updated_at": longAgo}
		if kind == "variables" {
			out["value"] = ""
		}
		return out
	})}
}

// asHook is the hook of a repository as it is now, nil without one.
func (f *Forge) asHook(repository string) *hook {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	h := f.of(repository).hook
	if h == nil {
		return nil
	}
	now := *h
	return &now
}

func (f *Forge) hooks(q question) (any, error) {
	h := f.asHook(q.repository)
	if h == nil {
		return []any{}, nil
	}
	self := apiURL(q.repository, "hooks", strconv.FormatInt(h.id, 10))
	config := map[string]any{"url": h.URL, "content_type": "json", "insecure_ssl": "0"}
	if h.Secret != "" {
		config["secret"] = "********"
	}
	last := map[string]any{"code": nil, "status": "unused", "message": nil}
	if n := len(h.deliveries); n > 0 {
		d := h.deliveries[n-1]
		last = map[string]any{"code": d.code, "status": "active", "message": d.status}
	}
	return []any{map[string]any{
		"type": "Repository", "id": h.id, "name": "web", "active": h.Active,
		"events": each(h.Events, func(e string) any { return e }), "config": config,
		"created_at": moment(h.changed), "updated_at": moment(h.changed), "last_response": last,
		"url": self, "test_url": self + "/test", "ping_url": self + "/pings", "deliveries_url": self + "/deliveries",
	}}, nil
}

func (f *Forge) hookDeliveries(q question) (any, error) {
	h := f.asHook(q.repository)
	if h == nil || q.PathValue("hook") != strconv.FormatInt(h.id, 10) {
		return nil, notFound()
	}
	return each(paged(q, 30, 100, newestFirst(h.deliveries)), func(d delivery) any {
		return map[string]any{
			"id": d.id, "guid": d.guid, "delivered_at": moment(d.at), "redelivery": false, "duration": d.took.Seconds(),
			"status": d.status, "status_code": d.code, "event": "push", "action": nil,
			"installation_id": nil, "repository_id": id(q.repository),
		}
	}), nil
}
