package generate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/schema"
)

// rules are the checks across fields that a schema cannot express. Each looks at
// the whole spec and knows nothing of the others.
var rules = []func(input) diag.List{
	toolchainsFit, testsFit, testsOrdered, matrixFits, codecovFits,
	actionsKnown,
	toolsFit,
	tagsFit, movingTagsFit,
	probesFit, containersFit,
	rolloutsFit, progressiveFits, prometheusFits,
	podsFit,
	requestsBelowLimits,
	variablesOnce,
	platformsOnce,
	foldersOnce,
	foldersFree,
	foldersApart, filesFit, volumesFit, variablesOpen,
	variablesFit, madeSecretsFit,
	smokeAsksNothing,
	portsOnce,
	registriesFit, copiesFit,
	secretsFit, argumentsOpen, feedsFit,
	privateIsPullable,
	extraVariables, additionsFindJobs,
	extraVariablesOnce,
	extraActions,
	onlyOnce,
	secretsHaveRoom, outputsFit, containersRun,
	guardedPowers,
	customFits, ownFits, chartsFit,
	proposesElsewhere,
	proposesByKey, signedByGitHub, signersFit, reviewedIsLast, reviewedIsNoDeploy,
	proposesBeside,
	schedulesFit,
	windowsOnce,
	viewersOnce,
	projectFits, rootFits,
	namespacesOwn,
	clustersFit, instancesFit, syncsFit,
	rightsFit, securityFits,
	testVariables,
	foldersTellApart,
	lowerReleasesByTag,
	promotionsFit, notificationsFit,
	namesKnown,
	workloadNames,
	differencesFit, clustersDiffer,
	scalesFit, statefulFits,
	routesFit,
	somethingDeployed,
	folderFits, pathsFit, testTimesFit, eventsFit,
	previewsFit, renderedFits,
	acceptable,
}

// actionsKnown refuses what the pin table does not have: there is no commit to
// pin such an action to, and actionlint does not see a misspelt input of a pinned
// one (W01, W03).
func actionsKnown(s input) diag.List {
	var out diag.List
	for _, t := range s.Tests {
		out = append(out, actionsOf(t.Value)...)
	}
	return out
}

func actionsOf(t schema.Test) diag.List {
	var out diag.List
	for i, step := range t.Steps {
		at := schema.Item(t.At+".steps", i)
		if step.Uses == "" {
			if len(step.With) > 0 {
				out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Path: at + ".with",
					Message: at + ".with does nothing: only an action takes inputs", Help: "give a script its values through env"})
			}
			continue
		}
		a, ok := pinOf(step.Uses)
		if !ok || !slices.Contains(forSteps, step.Uses) {
			out = append(out, diag.Diagnostic{Code: diag.UnknownAction, Path: at + ".uses",
				Message: fmt.Sprintf("%s.uses is %q, which is not among the pinned actions for test steps%s", at, step.Uses, diag.Meant(step.Uses, forSteps)),
				Help:    "these are " + strings.Join(forSteps, ", ")})
			continue
		}
		for _, input := range sorted(step.With) {
			if !slices.Contains(a.Inputs, input) {
				out = append(out, diag.Diagnostic{Code: diag.UnknownInput, Path: schema.Join(at+".with", input),
					Message: fmt.Sprintf("%s %s has no input %q%s", step.Uses, a.Version, input, diag.Meant(input, a.Inputs)),
					Help:    "its inputs are " + strings.Join(a.Inputs, ", ")})
			}
		}
	}
	return out
}

// privateIsPullable: a pod without the right to pull waits in ImagePullBackOff (X09). The nodes of a cloud have it.
func privateIsPullable(s input) diag.List {
	var out diag.List
	for _, i := range s.Images {
		open := func(host string) bool { return !loginOf(s, host).Cloud() }
		expires := func(host string) bool { return loginOf(s, host).Region != "" }
		hosts := pulledFrom(s, i)
		if i.Value.Private && i.Value.PullSecret == "" && slices.ContainsFunc(hosts, open) {
			out = append(out, diag.Diagnostic{Code: diag.Contradiction, Rule: "X09", Path: i.Value.At + ".private",
				Message: "the package is private, and no pod may pull it: " + i.Value.At + ".pullSecret names no Secret",
				Help:    `for example pullSecret: "ghcr-pull", and create that Secret in each namespace`})
		}
		if i.Value.PullSecret != "" && !slices.ContainsFunc(hosts, func(host string) bool { return !expires(host) }) {
			out = append(out, diag.Diagnostic{Code: diag.Contradiction, Severity: diag.Warning, Rule: "X09", Path: i.Value.At + ".pullSecret",
				Message: "a token of ECR expires after twelve hours, and pods that start later cannot pull with " + i.Value.PullSecret,
				Help:    "leave it out and let the nodes pull by their role, or have something renew the Secret"})
		}
	}
	return out
}

// foldersTellApart: readers of the tree, pipegen's rules included, take each folder below one called overlays for an
// environment.
func foldersTellApart(s input) diag.List {
	var out diag.List
	reserved := func(at, what string) {
		out = append(out, diag.Diagnostic{Code: diag.Reserved, Path: at,
			Message: fmt.Sprintf(`%s may not be called "overlays": what its folder holds would pass for environments`, what),
			Help:    "take another name"})
	}
	if s.Name == overlays {
		reserved("name", "a pipeline")
	}
	for _, w := range s.Workloads {
		if w.ID == overlays && w.Value.At != "deploy" {
			reserved(w.Value.At, "a workload")
		}
	}
	for _, e := range s.Environments {
		if e.ID == overlays {
			reserved(schema.Join("environments", e.ID), "an environment")
		}
	}
	return out
}
