package frompipeline

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// scanned writes a criterion for the images that Trivy stops on the way to their deploy.
func (d *drafter) scanned() {
	for _, j := range d.m.Jobs() {
		for _, s := range j.Steps {
			if stopsImages(s) && d.beforeDeploys(s) && len(d.scannedBy(s)) > 0 {
				d.scans = append(d.scans, s)
			}
		}
	}
	for _, refuse := range []string{"high", "critical"} {
		var of []string
		var at pipeline.Place
		for _, s := range d.scans {
			if refuses(s) != refuse || d.doesMore(s.Job) {
				continue
			}
			for _, i := range d.scannedBy(s) {
				if !slices.Contains(of, i.key) {
					of = append(of, i.key)
				}
			}
			if !at.Known() {
				at = s.At()
				d.leaveOfScan(s)
			}
		}
		if len(of) == 0 {
			continue
		}
		id := "scanned"
		if d.tree.Root.Has("criteria", id) {
			id = "scanned-" + refuse
		}
		d.add("No image with a known vulnerability that is "+strings.Replace(refuse, "high", "high or critical", 1)+" is published.", at, "criteria", id, "statement")
		if len(of) < len(d.chosen) {
			d.addOf(of, at, id)
		}
		d.add(refuse, at, "criteria", id, "scanned", "refuse")
	}
}

// stopsImages reports a scan of an image that fails its job in each run.
func stopsImages(s *pipeline.Step) bool {
	kind, scanners := s.With("scan-type").Text(), s.With("scanners").Text()
	return s.Uses == "aquasecurity/trivy-action" && s.With("image-ref").OK() && (kind == "" || kind == "image") && (scanners == "" || strings.Contains(scanners, "vuln")) &&
		s.With("exit-code").Text() == "1" && refuses(s) != "" && !s.Get("if").OK() && !s.Get("continue-on-error").OK() && !s.Job.Get("continue-on-error").OK()
}

// refuses is the least severity of a scan that a criterion can name, "" for none. Without a severity it stops at all.
func refuses(s *pipeline.Step) string {
	switch severity := s.With("severity").Text(); {
	case severity == "", strings.Contains(severity, "CRITICAL") && strings.Contains(severity, "HIGH"):
		return "high"
	case strings.Contains(severity, "CRITICAL"):
		return "critical"
	}
	return ""
}

// leaveOfScan says at what a scan stops and that of the draft does not.
func (d *drafter) leaveOfScan(s *pipeline.Step) {
	if n := s.With("severity"); !n.OK() || strings.Contains(n.Text(), "MEDIUM") || strings.Contains(n.Text(), "LOW") {
		d.leave(s.At(), "", "that the scan %q stops at vulnerabilities which are less than high", s.Label())
	}
	if !s.With("ignore-unfixed").True() {
		d.leave(s.At(), "", "that the scan %q stops at vulnerabilities which nobody has mended yet", s.Label())
	}
}

// beforeDeploys reports whether each deploy of the workflow comes after a step.
func (d *drafter) beforeDeploys(s *pipeline.Step) bool {
	found := builds(s.Job)
	for _, w := range d.m.Writers {
		if w.Workflow != s.Job.Workflow {
			continue
		}
		if found = true; w.Job == s.Job && slices.Index(w.Steps, w.Step) < slices.Index(w.Steps, s) || w.Job != s.Job && !w.After(s.Job.ID) {
			return false
		}
	}
	return found
}

// scannedBy are the images that a step scans, by the name under which its job or one before it has built them.
func (d *drafter) scannedBy(s *pipeline.Step) []*image {
	var built, out []*image
	for _, i := range d.chosen {
		if slices.ContainsFunc(i.builds, func(b build) bool {
			return b.Job == s.Job || b.Job.Workflow == s.Job.Workflow && s.Job.After(b.Job.ID)
		}) {
			built = append(built, i)
		}
	}
	for _, l := range legs(s.Job) {
		ref := l.fill(s.Job.Filled(s.With("image-ref")))
		for _, i := range built {
			name := strings.ToLower(pipeline.ParseImage(ref).Name)
			named := slices.ContainsFunc(i.names, func(a alias) bool { return a.name == name })
			if (named || len(built) == 1 && strings.HasPrefix(ref, "‹")) && !slices.Contains(out, i) {
				out = append(out, i)
			}
		}
	}
	return out
}

// tookScan reports a step that the draft has as a criterion.
func (d *drafter) tookScan(s *pipeline.Step) bool {
	return slices.Contains(d.scans, s) && !d.doesMore(s.Job)
}

// scansAlone reports a job that does nothing but scan.
func (d *drafter) scansAlone(j *pipeline.Job) bool {
	return slices.ContainsFunc(j.Steps, d.tookScan) && !builds(j) && !d.writes(j)
}

// uploads is the action that sends what a scan has found.
const uploads = "github/codeql-action/upload-sarif"

// doesMore reports a job that scans, builds and deploys nothing and does something else: it is one of the author's own.
func (d *drafter) doesMore(j *pipeline.Job) bool {
	if builds(j) || d.writes(j) {
		return false
	}
	for _, s := range j.Steps {
		if !ours[s.Uses] && s.Uses != uploads && !slices.Contains(d.scans, s) {
			return true
		}
	}
	return false
}

// scanLeft records what a job that scans alone does with what it has found.
func (d *drafter) scanLeft(j *pipeline.Job) {
	for _, s := range j.Steps {
		if s.Uses == uploads {
			d.leave(s.At(), "", "the step %q of the job %s", s.Label(), j.ID)
		}
	}
}
