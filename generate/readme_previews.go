package generate

import (
	"github.com/pipegen/pipegen/internal/plan"
)

// previewHosts are the names under which a preview answers, as Markdown.
func previewHosts(p plan.Previews) string {
	var out []string
	for _, workload := range sorted(p.Hosts) {
		out = append(out, "`"+p.Host(workload, "NUMBER")+"`")
	}
	return plan.And(out)
}

// previewLabels makes the labels, which GitHub would make itself when CI sets one, but in no place where people find it.
func previewLabels(p plan.Plan) SetupStep {
	v := p.Previews
	step := SetupStep{Title: "The labels of previews", Text: "Create the labels `" + v.Label + "`, by which a pull request asks for a preview, and `" + v.Ready + "`, which CI alone sets."}
	for _, l := range [][2]string{{v.Label, "Run this pull request as a preview"}, {v.Ready, "CI sets it: there is room for the preview"}} {
		step.Parts = append(step.Parts, SetupPart{
			Commands: []string{command("gh label create %s --repo %s --description %s", l[0], p.Source.Repository, word(l[1]))},
			Looks:    []Look{listed("repos/"+p.Source.Repository+"/labels", ".[].name", l[0])},
		})
	}
	return step
}

// previewSteps let Argo CD read the pull requests and make previews of them.
func previewSteps(p plan.Plan) []SetupStep {
	v := p.Previews
	if v == nil {
		return nil
	}
	in := v.Overlay.Instance
	token := SetupStep{Title: "How Argo CD reads pull requests", Text: "Argo CD asks GitHub for pull requests as nobody, which works for a public repository, sixty times an hour for all of an address. If [" + p.Source.Repository + "](https://github.com/" + p.Source.Repository + ") is private, say `previews: token` in the spec."}
	if v.Secret != "" {
		token.Text = "Argo CD reads the pull requests of [" + p.Source.Repository + "](https://github.com/" + p.Source.Repository + ") with the key `" + v.Key + "` of the Secret `" + v.Secret + "` in namespace `" + in.Namespace + "`" + in.Of() + ": a token that may read pull requests and nothing else. Give the Secret the label `argocd.argoproj.io/secret-type: scm-creds`, without which a strict Argo CD does not read it."
		token.Parts = []SetupPart{{
			Commands: []string{
				command("kubectl create secret generic %s%s --from-file=%s", v.Secret, in.Flags(), v.Key+"=TOKEN-FILE"),
				command("kubectl label secret %s%s argocd.argoproj.io/secret-type=scm-creds", v.Secret, in.Flags()),
			},
			Looks: []Look{inCluster("secret", v.Secret, in.Flags())},
		}}
	}
	if in.Root != nil {
		return []SetupStep{token, {Title: "Previews", Text: "Apply the project of the previews: `kubectl apply" + in.Context() + " -f " + v.ProjectFile + "`. The root Application brings their ApplicationSet.",
			Parts: []SetupPart{applyPart(in, "appproject.argoproj.io", map[string]string{v.Project: v.ProjectFile})}}}
	}
	return []SetupStep{token, {Title: "Previews", Text: "Apply the project and the ApplicationSet of the previews: `kubectl apply" + in.Context() + " -f " + v.ProjectFile + " -f " + v.Set + "`.",
		Parts: []SetupPart{applyPart(in, "appproject.argoproj.io", map[string]string{v.Project: v.ProjectFile}), applyPart(in, "applicationset.argoproj.io", map[string]string{v.Project: v.Set})}}}
}
