package rules

var support = []Rule{
	{
		ID:    "S02",
		Title: "a change inside of what a criterion rests on is harmless, proven anew, or accepted",
		Why:   "Nobody can list all ways to break a promise. So the burden is on the change: what is neither known to be harmless nor covered by arithmetic takes the criterion out of pipegen's hands, and its author answers for it from then on.",
		By:    Refusal,
	},
	{
		ID:    "S03",
		Title: "what is kept by hand is never called enforced",
		Why:   "Whoever reads that something is enforced relies on it. A criterion for which somebody answers is called kept by hand everywhere, with the reason, and an acceptance that nothing needs is an error.",
		By:    Refusal | Output,
	},
	{
		ID:    "S04",
		Title: "an object has the fields of its kind, and no others",
		Why:   "Argo CD refuses an object with a field too many when it syncs, long after the commit. Where that check is off, what the field was written for never happens, and nothing says so.",
		By:    Proof | Output,
		Check: fieldsExist,
	},
}
