package artifact

// Over are files with others put over them: those take the place of what has the same path.
func Over(files, others []File) []File {
	out := make([]File, 0, len(files)+len(others))
	at := map[string]bool{}
	for _, f := range others {
		at[string(f.Root)+":"+f.Path] = true
	}
	for _, f := range files {
		if !at[string(f.Root)+":"+f.Path] {
			out = append(out, f)
		}
	}
	return append(out, others...)
}
