package detect

import toml "github.com/pelletier/go-toml/v2"

// parseTOML returns a document, or nil where the text is none.
func parseTOML(text string) map[string]any {
	var doc map[string]any
	if toml.Unmarshal([]byte(text), &doc) != nil {
		return nil
	}
	return doc
}

// at walks down tables and returns what is there, or nil.
func at(doc any, keys ...string) any {
	for _, key := range keys {
		table, _ := doc.(map[string]any)
		doc = table[key]
	}
	return doc
}
