package rules

var ports = []Rule{
	{
		ID:    "X19",
		Title: "ports agree",
		Why:   "The port is written in many places, by number and by name. If one differs, probes fail, or the Service sends requests to nobody.",
		By:    Proof | Import,
		Check: either(provesX19, findsX19),
	},
}
