package rules

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Rule is something that must hold in a pipeline.
type Rule struct {
	// ID is a letter and two digits, such as W29.
	ID string `json:"id"`
	// Title says what holds where the rule is kept: a sentence without its full stop.
	Title string `json:"title"`
	// Why says what goes wrong otherwise.
	Why string `json:"why"`
	// Evidence is where that can be read, or how it was tried.
	Evidence []Source `json:"evidence,omitempty"`
	// By is everything that holds the rule.
	By By `json:"heldBy"`
	// Strict says whom a breach harms besides the pipeline itself, so that nobody may accept one; "" where a spec may.
	Strict string `json:"strict,omitempty"`
	// Found is what import looks for where it can see less than the title says.
	Found string `json:"found,omitempty"`
	// Check holds the rule against a pipeline, with a spec or without one; nil for a rule
	// that is held elsewhere.
	Check func(*Case) `json:"-"`
}

// Source is one piece of evidence; without a URL it was tried for this project.
type Source struct {
	Says string `json:"says"`
	URL  string `json:"url,omitempty"`
}

// Subject is what some rules are about.
type Subject struct {
	Name string
	// Sentence says what the rules are there for.
	Sentence string
	Rules    []Rule
}

// Subjects returns the whole book.
func Subjects() []Subject {
	return []Subject{
		{"Pins", "What a workflow runs is named so that nobody can put other code in its place.", pins},
		{"Workflows", "A workflow says where and how it runs, so that it does the same tomorrow.", slices.Concat(workflow, runners, serviceHosts)},
		{"Rights and secrets", "Each job may do what its steps need, and nothing foreign runs with a right or a secret.", rights},
		{"Triggers and checks", "Each event that needs the checks starts them, and no event that must not publish does.", triggers},
		{"Tests and builds", "What is tested is what ships, and nothing ships untested.", tests},
		{"Images and digests", "What was built, and nothing else, is what runs.", digests},
		{"Deploys", "One writer brings a new image to the one place that Argo CD reads.", slices.Concat(deploys, signing, charts, renderings)},
		{"The order of deliveries", "GitHub starts, queues, drops and repeats jobs in any order; these hold in all of them.", order},
		{"Kustomize", "A base and its overlays say each thing once, and in the words of today.", kustomize},
		{"Pods", "A pod has what it needs, gives up what it does not, and can be replaced at any time.", slices.Concat(pods, stateful)},
		{"Progressive delivery", "A new version gets the requests step by step, and what is moved for that is there and left alone.", progressive},
		{"Secrets of the cluster", "Who makes a Secret and who reads it agree on what is in it.", clusterSecrets},
		{"Claims", "What is in storage outlives the pods, and keeps none of them waiting.", claims},
		{"Ports", "A program, its container, its Service and all that asks it speak of one port, and a way in of one name.", slices.Concat(ports, routes)},
		{"Argo CD", "An Application may do what its project allows, says what it does by itself, and can be looked into.", argocd},
		{"Time", "What a promise of time costs, and what makes it impossible.", times},
		{"Texts", "What is written for people is true.", texts},
		{"Support", "A promise holds as long as what it rests on is as pipegen wrote it, or its author answers for it.", support},
	}
}

// All returns every rule, in the order of the book.
func All() []Rule {
	var all []Rule
	for _, s := range Subjects() {
		all = append(all, s.Rules...)
	}
	return all
}

// Find returns the rule of an id, in any letter case.
func Find(id string) (Rule, bool) {
	for _, s := range Subjects() {
		for _, r := range s.Rules {
			if strings.EqualFold(r.ID, id) {
				return r, true
			}
		}
	}
	return Rule{}, false
}

// like reads what may be meant as the id of a rule. It is compiled when it is needed.
func like(text string) []string {
	return regexp.MustCompile(`^([A-Za-z])([0-9]{1,3})$`).FindStringSubmatch(text)
}

// IsLike reports whether a text looks like the id of a rule, be there one or not.
func IsLike(text string) bool { return like(text) != nil }

// Nearest returns up to three ids of the same letter whose numbers are nearest to that of
// what looks like an id.
func Nearest(text string) []string {
	parts := like(text)
	if parts == nil {
		return nil
	}
	number, _ := strconv.Atoi(parts[2])
	var ids []string
	for _, r := range All() {
		if strings.EqualFold(r.ID[:1], parts[1]) {
			ids = append(ids, r.ID)
		}
	}
	slices.SortFunc(ids, func(a, b string) int {
		return cmp.Or(cmp.Compare(away(a, number), away(b, number)), strings.Compare(a, b))
	})
	return ids[:min(3, len(ids))]
}

// away is how far the number of an id is from another.
func away(id string, number int) int {
	n, _ := strconv.Atoi(id[1:])
	return max(n-number, number-n)
}
