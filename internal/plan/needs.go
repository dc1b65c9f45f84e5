package plan

// Need is a file of the author's own without which the first run fails.
type Need struct {
	// Paths are where it may be, from the root of the repository: one is enough.
	Paths []string
	// Is what it is, and Remedy what gives it.
	Is, Remedy string
	// Hashed says that pip reads it, and installs nothing that has no hash there.
	Hashed bool
	// Scripted says that it is a package.json whose test script runs.
	Scripted bool
	// Path is the place in the spec that asks for it.
	Path string
}
