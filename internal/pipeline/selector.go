package pipeline

import "slices"

// Labels are the labels of a pod.
type Labels map[string]string

// has reports whether the labels have all pairs of a mapping.
func (l Labels) has(pairs Node) bool {
	for k, v := range pairs.Pairs() {
		if have, ok := l[k]; !ok || have != v.Text() {
			return false
		}
	}
	return true
}

// Selects reads a plain selector, such as a Service's. An empty one selects nothing.
func Selects(selector Node, l Labels) bool {
	for range selector.Pairs() {
		return l.has(selector)
	}
	return false
}

// Matches reads a label selector. An empty one matches every pod.
func Matches(selector Node, l Labels) bool {
	return l.has(selector.Get("matchLabels")) && !slices.ContainsFunc(selector.Get("matchExpressions").Items(), func(e Node) bool {
		have, ok := l[e.Get("key").Text()]
		in := ok && slices.Contains(e.Get("values").List(), have)
		switch e.Get("operator").Text() {
		case "In":
			return !in
		case "NotIn":
			return in
		case "Exists":
			return !ok
		case "DoesNotExist":
			return ok
		}
		return true
	})
}
