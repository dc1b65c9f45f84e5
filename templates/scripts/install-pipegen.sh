# Go asks its checksum database whether this is the source that everybody gets.
go install "github.com/pipegen/pipegen/cmd/pipegen@v${PIPEGEN_VERSION}"
