package forge

import "time"

// Run is a run of a workflow as the API returns it. Statuses, conclusions and
// levels are GitHub's words.
type Run struct {
	ID int64
	// Repository is such as org/repo, Workflow the name of the file, such as ci.yaml.
	Repository, Workflow string
	// Branch is the short name of the ref: a branch or a tag.
	Event, Branch, SHA        string
	Status, Conclusion        string
	Created, Started, Updated time.Time
	Jobs                      []Job
}

// Job is a job of a run.
type Job struct {
	Name                        string
	Status, Conclusion          string
	Created, Started, Completed time.Time
	Labels                      []string
	Steps                       []Step
	Annotations                 []Annotation
}

// Step is a step of a job.
type Step struct {
	Name, Status, Conclusion string
	Started, Completed       time.Time
}

// Annotation is a message of a job outside of its log.
type Annotation struct{ Level, Title, Message string }
