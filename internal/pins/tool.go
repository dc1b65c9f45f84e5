package pins

// Tool is what a workflow or a Job downloads besides actions: a pinned action does not pin what it fetches (W06).
type Tool struct {
	Kind ToolKind `json:"kind"`
	Form
	// Version is the release, as the tool's own tags have it.
	Version string `json:"version"`
	// Digest is what the download is held against, as sha256:…, or "".
	Digest string `json:"digest"`
	// Checked says what holds a download without a digest against anything.
	Checked string `json:"checked"`
	// Repository is where releases are tagged on GitHub, as OWNER/NAME.
	Repository string `json:"repository"`
	// Path is the place in the spec that names the release, "" where the table does.
	Path string `json:"-"`
}

// ToolKind is the form in which a tool is downloaded.
type ToolKind string

const (
	// ImageTool is a container image, named by tag and digest.
	ImageTool ToolKind = "image"
	// ArchiveTool is the archive for linux/amd64 of a release, with its digest.
	ArchiveTool ToolKind = "archive"
	// ReleaseTool is fetched by an action, which is given the version and takes no digest.
	ReleaseTool ToolKind = "release"
	// PackageTool comes from a package index.
	PackageTool ToolKind = "package"
)

// Pin is the tool's release with its digest.
func (t Tool) Pin() Pin { return Pin{Version: t.Version, SHA: t.Digest} }

// Reference names an image.
func (t Tool) Reference() string { return t.Image + ":" + t.Version + "@" + t.Digest }
