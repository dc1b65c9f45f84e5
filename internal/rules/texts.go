package rules

var texts = []Rule{
	{
		ID:    "X28",
		Title: "texts state what the output does",
		Why:   "A README or a message that promises what the output does not do is worse than none: people act on it when something is broken.",
		By:    Proof | Output,
		Check: provesX28,
	},
}
