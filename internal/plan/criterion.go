package plan

import (
	"slices"
	"strconv"
	"time"
)

// Criterion is a promise. Fields that its kind does not use are zero.
type Criterion struct {
	ID, Kind, Statement string
	// Path is its place in the spec, such as criteria.fast.
	Path string
	// Of are the names of the images or workloads, or the ids of the test jobs, that it is for, as Subject says, and In
	// the environments. Each is nil where the kind does not tell them apart.
	Subject Subject
	Of, In  []string
	// Within is the time that it promises.
	Within time.Duration
	// AtLeast is a percentage of coverage or of requests, or a number of pods.
	AtLeast float64
	// Refuse is the least severity that stops an image.
	Refuse string
	// From is where the time begins, or from where an endpoint is asked.
	From string
	// Endpoint is the path that must answer, "" for the readiness path, and Status the answer.
	Endpoint string
	Status   int
	// Places are those in which logs are seen.
	Places []string
	// By is who does it or how it is done, and How what a person looks at.
	By, How string
	// Below is the share of failed requests that is too many, and Quantile the share of those that are in time, both in
	// percent.
	Below, Quantile float64
	// Requests are the least that say something, PerMinute those that a workload gets in its quietest hour, and Over is for
	// how long a blue-green is watched or what time a share is about; each is 0 where the spec does not say.
	Requests, PerMinute int
	Over                time.Duration
	// Alert is how urgent an alert of it is, "" for none.
	Alert string

	// The fields below are those of its Kind.
	Mode                 Mode
	Gate, Fails, Measure string
	Rules                []string
	// Keeps says in a sentence what keeps or measures it, with the figures of the pipeline.
	Keeps string
}

// At is the place of its kind in the spec, such as criteria.fast.published.
func (c Criterion) At() string { return c.Path + "." + c.Kind }

// Covers reports whether it is for an image, a workload or a test job, in an environment; "" stands for any.
func (c Criterion) Covers(of, in string) bool {
	has := func(list []string, name string) bool { return name == "" || list == nil || slices.Contains(list, name) }
	return has(c.Of, of) && has(c.In, in)
}

// ImagesOf are the images that a criterion is for.
func (p Plan) ImagesOf(c Criterion) []Image {
	return slices.DeleteFunc(slices.Clone(p.Images), func(i Image) bool { return !c.Covers(i.Name, "") })
}

// Criterion is the one criterion of a kind, where there is one.
func (p Plan) Criterion(kind string) (Criterion, bool) {
	for _, c := range p.Criteria {
		if c.Kind == kind {
			return c, true
		}
	}
	return Criterion{}, false
}

// Percent is the least coverage as a number.
func (c Criterion) Percent() string { return strconv.FormatFloat(c.AtLeast, 'f', -1, 64) }

// Severities are the words of the scanner for the severity that stops an image and those above it.
func (c Criterion) Severities() []string {
	if c.Refuse == "high" {
		return []string{"HIGH", "CRITICAL"}
	}
	return []string{"CRITICAL"}
}
