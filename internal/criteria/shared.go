package criteria

import (
	"time"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// later loosens every promise of a time.
var later = Loosening{
	Code: "promise-loosened", Why: "What was too late before is in time now.",
	Says: func(before, after plan.Criterion) string {
		if after.Within <= before.Within {
			return ""
		}
		return "promises it within " + schema.Short(after.Within) + " instead of " + schema.Short(before.Within)
	},
}

func within(c plan.Criterion) string { return "within " + schema.Short(c.Within) }

func short(d time.Duration) string { return schema.Short(d) }

// noFigure is why a change of a kind cannot loosen it.
const noFigure = "it has no figure: who changes it takes it away"

// Parts on which several kinds rest.
var (
	shells    = needs(InPipeline, `^defaults\.run\.`, "the shell of every script")
	triggers  = needs(InPipeline, `^on\.(push|pull_request|merge_group)\b`, "what starts a run")
	testJob   = needs(InPipeline, `^jobs\.test\.(if|continue-on-error|defaults|strategy|env|services|steps)\b`, "what the job test does")
	imageJobs = needs(InPipeline, `^jobs\.(publish|image)\.(if|continue-on-error|defaults|strategy|needs|outputs)\b`, "when the jobs publish and image run")
	deployJob = needs(InPipeline, `^jobs\.deploy-[\w-]+\.(if|continue-on-error|defaults|needs|steps)\b`, "what a deploy does, and when")

	waitsForTest = Stops(InPipeline, `^jobs\.(build|publish|image|attest|deploy-[\w-]+)\.needs$`, "what the job $1 waits for")
	requiredGate = Stops(InPipeline, `^jobs\.gate\.name$`, "the check to require in the branch rule")
	gateJob      = needs(InPipeline, `^jobs\.gate\.(if|needs|steps)\b`, "what the check requires")

	imageJob   = needs(InPipeline, `^jobs\.image\.steps\b`, "what the job image does")
	measureJob = needs(InPipeline, `^jobs\.measure\.(if|needs|permissions|steps)\b`, "the job that measures")

	secondsToStart = Stops(InPipeline, `^jobs\.(build|publish)\.steps\.env\.SECONDS_TO_START$`, "how long the image may take to answer, before it is pushed")
	startupProbe   = Stops(InDeployment, Container+`startupProbe\.failureThreshold$`, "startup probe: tries before the container is killed")
	startupGround  = needs(InDeployment, Container+`startupProbe\.(httpGet|tcpSocket|exec|grpc|periodSeconds|timeoutSeconds|initialDelaySeconds|successThreshold)\b`, "what the startup probe asks, and how often")

	rendered = needs(InOverlays, `^(resources|components|patches|replacements|transformers|images|namespace)\b`, "what is rendered for an environment")
	source   = needs(InApplications, `^spec\.(template\.spec\.)?(source|destination)\.`, "what Argo CD renders, and where to")
	syncs    = needs(InApplications, `^spec\.(template\.spec\.)?(syncPolicy|ignoreDifferences)\b`, "how Argo CD syncs")
)
