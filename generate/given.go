package generate

import (
	"slices"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// givenBy are the secrets of a map in the spec, by the names under which the work finds them.
func givenBy(at string, secrets map[string]string) []plan.Given {
	var out []plan.Given
	for _, as := range sorted(secrets) {
		out = append(out, plan.Given{Path: schema.Join(at, as), As: as, Name: secrets[as]})
	}
	return out
}

func testSecrets(t schema.Test) []plan.Given { return givenBy(t.At+".secrets", t.Secrets) }

func buildSecrets(i schema.Image) []plan.Given { return givenBy(i.At+".secrets", i.Secrets) }

// sshOf is the key that an agent keeps for the builds of an image, nil for none.
func sshOf(i schema.Image) *plan.Given {
	if i.SSH == "" {
		return nil
	}
	return &plan.Given{Path: i.At + ".ssh", Name: i.SSH}
}

// allOfBuild are the secrets of an image's builds, with those of feeds and the key.
func allOfBuild(s input, i schema.Image) []plan.Given {
	feeds, _ := feedsFor(s, ofBuild(i))
	out := slices.Concat(buildSecrets(i), feeds)
	if key := sshOf(i); key != nil {
		out = append(out, *key)
	}
	return out
}

// allOfTest are the secrets of some tests, with those of feeds.
func allOfTest(s input, t schema.Test) []plan.Given {
	feeds, _ := feedsFor(s, ofTest(t))
	return slices.Concat(testSecrets(t), feeds)
}

// withToken lets a token read packages where a feed takes it.
func withToken(rights map[string]string, given []plan.Given) map[string]string {
	if !slices.ContainsFunc(given, func(g plan.Given) bool { return !g.Stored() }) {
		return rights
	}
	return with(rights, map[string]string{"packages": "read"})
}

// reading gives a job the secrets of its work. Those that are stored are in an environment: the one in which it logs in to
// a registry, or else the one of such work.
func reading(j plan.Job, given []plan.Given, environment string) plan.Job {
	if j.Given = given; !j.Asks() {
		return j
	}
	if j.Environment == "" {
		j.Environment = environment
	}
	j.Steps = append([]plan.Step{{ID: plan.StepGiven, Name: "Look for the secrets"}}, j.Steps...)
	return j
}

// workSecrets are the names of the secrets of tests and builds.
func workSecrets(s input) []string {
	var all []plan.Given
	for _, t := range s.Tests {
		all = append(all, allOfTest(s, t.Value)...)
	}
	for _, i := range s.Images {
		all = append(all, allOfBuild(s, i.Value)...)
	}
	return plan.StoredNames(all)
}
