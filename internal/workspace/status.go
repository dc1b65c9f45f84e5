package workspace

import "fmt"

// Status is how a file on disk stands to the file that the spec gives.
type Status int

const (
	// Created means that nothing stands at the path yet.
	Created Status = iota
	// Updated means that a generated file has other content than the spec gives.
	Updated
	// Unchanged means that the content is the same, line endings apart.
	Unchanged
	// Kept means that a live file exists: its content is data, whatever it is.
	Kept
	// Foreign means that a file stands in the way that pipegen did not write.
	Foreign
	// Blocked means that no file can stand at the path: a directory or another
	// thing that is no regular file is there, the way leads through a file or a
	// symbolic link, or two files of the output fall on the same place.
	Blocked
)

var statusNames = [...]string{"created", "updated", "unchanged", "kept", "foreign", "blocked"}

func (s Status) String() string {
	if s < 0 || int(s) >= len(statusNames) {
		return fmt.Sprintf("status %d", int(s))
	}
	return statusNames[s]
}

// Writes reports whether Apply writes a file of this status.
func (s Status) Writes() bool { return s == Created || s == Updated }

// Refused reports whether a file of this status keeps Apply from writing anything.
func (s Status) Refused() bool { return s == Foreign || s == Blocked }
