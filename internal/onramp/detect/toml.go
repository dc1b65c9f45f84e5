package detect

import toml "github.com/pelletier/go-toml/v2"

// parseTOML returns a document, or nil if the text is not valid.
func parseTOML(text string) map[string]any {
	var doc map[string]any
	if toml.Unmarshal([]byte(text), &doc) != nil {
		return nil
	}
	return doc
}

// at returns the value at a path of keys, or nil.
func at(doc any, keys ...string) any {
	for _, key := range keys {
		table, _ := doc.(map[string]any)
		doc = table[key]
	}
	return doc
}
