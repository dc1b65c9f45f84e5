package main

// usual is the spec that need not be named.
func (o *specOptions) usual() string {
	if o.found {
		return o.spec
	}
	return usualSpec
}

// command returns the command line for another verb on the same spec.
func (o *specOptions) command(verb string) string {
	c := "pipegen " + verb
	for _, f := range []struct{ flag, value, usual string }{
		{"-f", o.spec, o.usual()}, {"--code", o.code, ""}, {"--gitops", o.gitops, ""}, {"--out", o.out, ""},
	} {
		if f.value != f.usual {
			c += " " + f.flag + " " + f.value
		}
	}
	return c
}
