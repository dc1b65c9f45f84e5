package generate

// Version is the release of pipegen, by semantic versioning. It is a constant, and not read from the build, because it
// is part of the output: the same source must give the same bytes however it was built.
const Version = "0.4.0"
