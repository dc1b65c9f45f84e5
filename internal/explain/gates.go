package explain

import (
	"sync"

	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/plan"
)

// gateKind is a way in which the output stops something: the first that fits a line names it. A criterion is served by
// a gate if it is of one of the kinds, or if the line's value came from it.
type gateKind struct {
	criteria.Pattern
	serves []string
}

// gateTable is compiled when it is first asked for: every other verb would wait for it at its start.
var gateTable = sync.OnceValue(func() []gateKind {
	var out []gateKind
	at := map[criteria.Part]int{}
	for _, k := range criteria.Kinds() {
		for _, part := range k.Support {
			if part.Role == criteria.Ground {
				continue
			}
			i, shared := at[part]
			if !shared {
				i = len(out)
				at[part] = i
				out = append(out, gateKind{Pattern: part.Compile()})
			}
			out[i].serves = append(out[i].serves, k.Name)
		}
	}
	for _, part := range general {
		out = append(out, gateKind{Pattern: part.Compile()})
	}
	return out
})

const inSets = `applicationsets/[^/]+\.yaml$`

// general are the gates that no kind of criterion rests on.
var general = []criteria.Part{
	criteria.Stops(criteria.InWorkflows, `^jobs\.([\w-]+)\.timeout-minutes$`, "time limit of the job $1"),
	criteria.Stops(criteria.InPromotion, `^jobs\.find-[\w-]+\.steps\.name$`, "the step that asks Prometheus before a promotion").Where(`Ask Prometheus about`),
	criteria.Stops(criteria.InPromotion, `^jobs\.find-[\w-]+\.steps\.env\.AT_LEAST$`, "the least requests by which a promotion is judged"),
	criteria.Stops(criteria.InPromotion, `^jobs\.find-[\w-]+\.steps\.env\.BOUND$`, "what a promotion asks for"),
	criteria.Stops(criteria.InWorkflows, `^jobs\.([\w-]+)\.if$`, "guard: in which runs the job $1 runs"),
	criteria.Stops(criteria.InWorkflows, `^jobs\.([\w-]+)\.permissions\.([\w-]+)$`, "bound of the job $1: it may write $2").Where(`: write\b`),
	criteria.Stops(criteria.InPipeline, `^jobs\.attest\.steps\.uses$`, "attest step, for which no deploy waits").In(plan.StepAttest),
	criteria.Stops(criteria.InPipeline, `^jobs\.image\.steps\.run$`, "a tag is never moved").Where(`!= "\$\{GITHUB_SHA\}"`),
	criteria.Stops(criteria.InWorkflows, `^jobs\.([\w-]+)\.steps\.name$`, "credential check of the job $1").In(plan.StepCredential),
	criteria.Stops(criteria.InPipeline, `^jobs\.([\w-]+)\.steps\.run$`, "an older commit never replaces a newer one").Where(`merge-base --is-ancestor`),
	criteria.Stops(criteria.InWorkflows, `^jobs\.([\w-]+)\.steps\.run$`, "render check of the job $1").Where(`kustomize build `),
	criteria.Stops(criteria.InPipeline, `^jobs\.image\.steps\.run$`, "retry of what asks others").Where(`^\s*for attempt in`),
	criteria.Stops(criteria.InWorkflows, `^jobs\.([\w-]+)\.steps\.run$`, "retry of the push").Where(`^\s*for attempt in`),

	criteria.Stops(criteria.InDeployment, criteria.Container+`livenessProbe\.failureThreshold$`, "liveness probe: failures before the container is restarted"),
	criteria.Stops(criteria.InCronJob, `^spec\.jobTemplate\.spec\.activeDeadlineSeconds$`, "when a run of a cron job is stopped"),
	criteria.Stops(inSets, `^spec\.goTemplateOptions$`, "no Application is made of half an element").Where(`goTemplateOptions:`),
	criteria.Stops(inSets, `^spec\.syncPolicy\.applicationsSync$`, "no Application is deleted with its element"),
	criteria.Stops(inSets, `^spec\.syncPolicy\.preserveResourcesOnDeletion$`, "what was deployed outlives its Application"),
	criteria.Stops(criteria.InProject, `^spec\.sourceRepos$`, "repositories that may be deployed from").Where(`sourceRepos:`),
	criteria.Stops(criteria.InProject, `^spec\.destinations$`, "namespaces that may be deployed to").Where(`destinations:`),
	criteria.Stops(criteria.InProject, `^spec\.(cluster|namespace)ResourceWhitelist$`, "kinds of object that may be deployed ($1)"),
	criteria.Stops(criteria.InProject, `^spec\.syncWindows$`, "when Argo CD may sync"),
}
