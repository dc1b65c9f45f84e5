package generate

import (
	"maps"
	"slices"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// right is one that every pipeline needs, with the reason that is written beside it (W16, W17).
func right(name, access, why string) plan.Right {
	return plan.Right{Name: name, Access: access, Why: why}
}

// imageRights are the rights of the job that names the image.
func imageRights(s input, i schema.Named[schema.Image]) []plan.Right {
	l := loginOf(s, i.Value.Registry)
	if !signsFirst(s, i) {
		return pushRights(l, "name the pushed image")
	}
	return sigstoreRights(l, "name the pushed image, and store what is signed beside it", i.Value.Attest && !attestsApart(s, i))
}

func sigstoreRights(l plan.Login, packages string, attests bool) []plan.Right {
	out := []plan.Right{right("id-token", "write", "sign as this workflow")}
	if l.Proves() {
		out[0].Why = "log in to the registry and sign as this workflow"
	} else {
		out = append(pushRights(l, packages), out...)
	}
	if attests {
		out = append(out, right("attestations", "write", "store the attestation"), right("artifact-metadata", "write", "link the attestation to the package"))
	}
	return out
}

// deployRights are the rights of a job that changes what is live: with a credential of its own it reads the source,
// else it writes with the token of the run. A job without a reason to read reads nothing.
func deployRights(s input, reads, writes string) []plan.Right {
	switch {
	case credentialOf(s).Kind == plan.WorkflowCredential:
		return []plan.Right{right("contents", "write", writes)}
	case reads == "":
		return nil
	}
	return []plan.Right{right("contents", "read", reads)}
}

// rightsFor says what each right is good for, to read and to write: the reason beside each grant (W16).
var rightsFor = map[string][2]string{
	"actions":           {"read runs and their artifacts", "cancel and start runs"},
	"artifact-metadata": {"read what is known of artifacts", "link artifacts to what is known of them"},
	"attestations":      {"read attestations", "store attestations"},
	"checks":            {"read checks", "report checks"},
	"contents":          {"check out the source", "push commits and releases to this repository"},
	"deployments":       {"read deployments", "report deployments"},
	"discussions":       {"read discussions", "write discussions"},
	"id-token":          {"read the identity of the run", "log in elsewhere as this workflow"},
	"issues":            {"read issues", "open and change issues"},
	"models":            {"ask models", "ask models"},
	"packages":          {"pull packages", "push packages"},
	"pages":             {"read the site", "publish the site"},
	"pull-requests":     {"read pull requests", "comment on pull requests"},
	"security-events":   {"read security findings", "report security findings"},
	"statuses":          {"read the state of commits", "report the state of commits"},
}

// granted adds what a spec lets the token of one of pipegen's jobs read, beside what its own steps need.
func granted(j plan.Job, at string, rights map[string]string) plan.Job {
	j.Granted = rights
	for _, name := range sorted(rights) {
		if !slices.ContainsFunc(j.Rights, func(have plan.Right) bool { return have.Name == name }) {
			j.Rights = append(slices.Clone(j.Rights), ownRight(at, name, rights[name]))
		}
	}
	return j
}

// ownRight is one that the spec grants, with what it is good for.
func ownRight(at, name, access string) plan.Right {
	why := rightsFor[name][0]
	if access == "write" {
		why = rightsFor[name][1]
	}
	return plan.Right{Path: schema.Join(at+".permissions", name), Name: name, Access: access, Why: why}
}

// ownRights are what the token of a job of the author's own may do: what its spec grants, and to check
// the source out where it does.
func ownRights(at string, j schema.ExtraJob) []plan.Right {
	all := maps.Clone(j.Permissions)
	if j.Checkout && all["contents"] == "" {
		if all == nil {
			all = map[string]string{}
		}
		all["contents"] = "read"
	}
	var out []plan.Right
	for _, name := range sorted(all) {
		out = append(out, ownRight(at, name, all[name]))
	}
	return out
}
