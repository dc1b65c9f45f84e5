package criteria

import "github.com/pipegen/pipegen/internal/plan"

// published promises when the image has its name.
var published = Kind{
	Name: "published",
	Support: []Part{
		Stops(InPipeline, `^jobs\.(test|publish|image)\.timeout-minutes$`, "time limit of the job $1"),
		needs(InPipeline, `^jobs\.[\w-]+\.(needs|timeout-minutes)$`, "the way to the image, and how long each job of it may take"),
		triggers, shells, imageJobs, measureJob,
	},
	Promised: within,
	// It counts as the run's own measurement does: from the start of the run, so that GitHub's queue is in it.
	Judge: func(c plan.Criterion, d Delivery) Outcome {
		if !d.Jobs.Known {
			return d.Jobs.Missing()
		}
		switch run, image := d.Run.Value, d.Jobs.Value.Image; {
		case image.Succeeded:
			start := Evidence{What: "run", URL: run.URL, Revision: run.SHA, At: run.StartedAt}
			return held(c.Within, "from the start of the run to the named image", start, image.Ended)
		case run.Done:
			return d.unfinished("nothing was published")
		default:
			return awaited(c.Within, d.At.Sub(run.StartedAt), "the image is not published", run.Created)
		}
	},
	Loosened: []Loosening{later},
}
