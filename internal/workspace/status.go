package workspace

// Status is how a file on disk compares with the file that the spec gives.
type Status int

const (
	// Missing means that the spec gives a file, and there is nothing at its path.
	Missing Status = iota
	// Drifted means that a generated file has other content than the spec gives.
	Drifted
	// Unchanged means that the content is the same: see artifact.Normal.
	Unchanged
	// Live means that a live file exists: its content is data, and never compared.
	Live
	// Seeded means that a seeded file exists: it belongs to its owner.
	Seeded
	// Unmanaged means that the spec lists the file in pipegen.unmanaged.
	Unmanaged
	// Orphan means that pipegen wrote the file and the spec no longer gives it.
	Orphan
	// Foreign means that a file that is not this spec's is at the path.
	Foreign
	// Blocked means that no file can be at the path: something that is not a regular file is there, such as a
	// directory, the path leads through a file or a symbolic link, or two files of the output have the same path on
	// disk.
	Blocked
)

func (s Status) String() string {
	return [...]string{"missing", "drifted", "unchanged", "live", "seeded", "unmanaged", "orphan", "foreign", "blocked"}[s]
}

// Cause says who made a file differ from what the spec gives.
type Cause int

const (
	// NoCause is the cause of a file that does not differ.
	NoCause Cause = iota
	// BySpec means that the file is as pipegen wrote it, and the spec or pipegen has changed since.
	BySpec
	// ByEdit means that somebody has changed the file since pipegen wrote it.
	ByEdit
	// ByBot means that a bot has bumped actions in it, and nothing else was changed.
	ByBot
	// Unknown means that the file has pipegen's header and no manifest lists it.
	Unknown
)

func (c Cause) String() string {
	return [...]string{"", "spec", "edit", "bot", "unknown"}[c]
}

// Action is what Apply does about a file.
type Action int

const (
	// None leaves the disk as it is.
	None Action = iota
	// Create writes a file where there is none.
	Create
	// Update writes over content that pipegen wrote itself.
	Update
	// Overwrite writes over content that somebody changed.
	Overwrite
	// Remove deletes a file that pipegen wrote and the spec no longer gives.
	Remove
	// Refuse keeps Apply from writing anything.
	Refuse
)

func (a Action) String() string {
	return [...]string{"", "created", "updated", "overwritten", "removed", "refused"}[a]
}

// Writes reports whether a file of the output is put on disk.
func (a Action) Writes() bool { return a == Create || a == Update || a == Overwrite }

// Action is what Apply does about a file. Content that pipegen has not written itself is overwritten only where the
// caller says so.
func (c Change) Action(overwrite bool) Action {
	switch c.Status {
	case Missing:
		return Create
	case Orphan:
		if c.Cause == BySpec {
			return Remove
		}
		return None
	case Foreign, Blocked:
		return Refuse
	case Drifted:
		switch {
		case c.Cause == BySpec:
			return Update
		case overwrite:
			return Overwrite
		}
		return Refuse
	}
	return None
}
