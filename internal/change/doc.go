// Package change says what a change of a spec means: which promises get weaker, what may do more than before, and what
// is removed or replaced in the cluster. It compares two compiled specs and what they give, and reads nothing else.
package change
