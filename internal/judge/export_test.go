package judge

// Seen calls a function for each difference, with its file and key, and with what the tables say of it: "calculated",
// "harmless", or "" where they say nothing.
func Seen(in Input, see func(file, key, outcome string)) {
	s := session{Input: in, byHand: map[string]bool{}}
	s.seen = func(at side, d difference) {
		out := ""
		for _, c := range in.Plan.Criteria {
			if !touches(c.Kind, at.file) {
				continue
			}
			if _, calculated := meets(c.Kind, at.file, d, s.stepID(at, d)); calculated {
				out = "calculated"
			}
			if spares(at.file, d, c.Kind) != "" && out == "" {
				out = "harmless"
			}
		}
		see(at.source.Path, d.key, out)
	}
	s.all()
}
