package schema

// Accept is what the author answers for: a criterion, or a rule for an object or a file. What is not given is "".
type Accept struct {
	Because   string `json:"because"`
	Criterion string `json:"criterion"`
	Rule      string `json:"rule"`
	Object    string `json:"object"`
	File      string `json:"file"`
}

// accepts checks that each entry says what it is about, and no more than that.
func (s Spec) accepts(pick func(path, names string, set ...bool)) {
	for i, a := range s.Accept {
		at := item("accept", i)
		pick(at, "criterion and rule", a.Criterion != "", a.Rule != "")
		if a.Rule != "" {
			pick(at, "object and file", a.Object != "", a.File != "")
		}
	}
}
