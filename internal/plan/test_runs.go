package plan

// TestRuns are the runs that only test: at their times, and for events of other programs. They have a workflow of their
// own, so that nothing in it could publish or deploy.
type TestRuns struct {
	// Workflow is its path in the code repository, and Tests and Jobs what is in it; none where nothing asks for it.
	Workflow string
	Tests    []Test
	Jobs     Jobs
	// Schedules are the times, each once, and Events the types of the events.
	Schedules []Value
	Events    []string
}
