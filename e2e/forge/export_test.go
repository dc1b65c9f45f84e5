package forge

// Endpoints lists what the API answers, such as GET /repos/{owner}/{name}/hooks.
func (f *Forge) Endpoints() []string {
	var all []string
	for _, r := range f.endpoints() {
		all = append(all, r.method+" "+below+r.path)
	}
	return all
}
