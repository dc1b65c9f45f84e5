package criteria

import (
	"fmt"
	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/rules"
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/plan"
)

// scanned promises that no image with a known vulnerability is published.
var scanned = Kind{
	Kind: plan.Kind{
		Name: "scanned", Mode: plan.Enforced, Tool: "trivy",
		Reach: ofImages,
		Gate:  "the scan of the image before it is pushed", Fails: "the job fails, and nothing is published",
		Asks: wants(plan.Scanned),
		Keeps: func(p plan.Plan, c plan.Criterion) string {
			scanned := sentence(theImages(p, c), len(c.Of) > 1, "is scanned before it is pushed", "are scanned, each before it is pushed")
			return fmt.Sprintf("%s; a known vulnerability that is %s and can be mended stops it.", scanned, strings.Join(c.Severities(), " or "))
		},
	},
	Support: []Part{
		Stops(InPipeline, `^jobs\.publish\.steps\.uses$`, "scan of the image").In(plan.StepScan),
		needs(InPipeline, `^jobs\.publish\.steps\.with\.severity$`, "what the scan refuses").In(plan.StepScan).calculated(),
		buildJobs, imagesRun, changesJob, shells, promoted,
	},
	Proof: refuses,
	Promised: func(c plan.Criterion) string {
		return "no known vulnerability of severity " + c.Refuse + " or above"
	},
	Judge: func(c plan.Criterion, d Delivery) Outcome {
		return d.step(c.ID, "the scan passed before the image was pushed", "the scan did not pass", "the scan")
	},
	Loosened: []Loosening{{
		Code: "scan-loosened", Why: "Images with vulnerabilities that stopped them before are published.",
		Says: func(before, after plan.Criterion) string {
			if before.Refuse == after.Refuse || after.Refuse != "critical" {
				return ""
			}
			return "refuses critical vulnerabilities alone"
		},
	}},
	Lacks: Reasons{"Check": canHold, "Labels": "the image is scanned within the station Publish"},
}

// refuses: a job that pushes an image scans it, and fails for what the criterion names.
func refuses(c plan.Criterion, on *rules.Case) {
	for j := range jobs(on) {
		if !slices.ContainsFunc(j.Steps, pushes) || !c.Covers(on.ImageOf(j), "") {
			continue
		}
		at, found := j.Get("steps"), false
		for _, s := range j.Steps {
			if path.Base(s.Uses) != "trivy-action" || s.Get("if").OK() {
				continue
			}
			severity, scanners := s.With("severity").Text(), s.With("scanners").Text()
			at = s.Get("with")
			found = found || (scanners == "" || slices.Contains(strings.Split(scanners, ","), "vuln")) && s.With("exit-code").Text() == "1" &&
				strings.Contains(severity, "CRITICAL") && (c.Refuse == "critical" || strings.Contains(severity, "HIGH"))
		}
		if !found {
			on.Unkept("W36", at.At(), j.At(), "keep the scan with its scanners, severity and exit-code", "%s publishes images with vulnerabilities that are known", j.Label())
		}
	}
}

func pushes(s *pipeline.Step) bool {
	return s.Uses == "docker/build-push-action" && (s.With("push").Text() == "true" || strings.Contains(s.With("outputs").Text(), "push=true"))
}
