package artifact

import "strings"

// ChartValuesFile is the file beside the live image that says which images run in the words of a Helm chart. The
// kustomization beside it decides: this one is written from it.
const ChartValuesFile = "values.yaml"

// LiveImage is an image of a live folder: the name that manifests have for it, and what runs.
type LiveImage struct{ As, Name, Tag, Digest string }

// ChartValues is the text of that file: text with what runs in the place of the names in braces.
func ChartValues(text string, images []LiveImage) []byte {
	var pairs []string
	for _, i := range images {
		host, rest, _ := strings.Cut(i.Name, "/")
		for field, value := range map[string]string{"name": i.Name, "host": host, "rest": rest, "tag": i.Tag, "digest": i.Digest} {
			pairs = append(pairs, "{"+i.As+"."+field+"}", value)
		}
	}
	return []byte(strings.NewReplacer(pairs...).Replace(text))
}
