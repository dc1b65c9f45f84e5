package generate

// loop is the way from a name back to it, both included, by the names to which each leads; nil where there is none.
func loop(leads map[string][]string, from string) []string {
	seen := map[string]bool{}
	var walk func(id string, way []string) []string
	walk = func(id string, way []string) []string {
		for _, next := range leads[id] {
			on := append(way[:len(way):len(way)], next)
			if next == from {
				return on
			}
			if !seen[next] {
				seen[next] = true
				if found := walk(next, on); found != nil {
					return found
				}
			}
		}
		return nil
	}
	return walk(from, []string{from})
}
