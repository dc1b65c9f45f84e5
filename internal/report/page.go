package report

import (
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
)

var (
	// markdownLink is a link of Markdown.
	markdownLink = lazy.Regexp(`\[([^\]]+)\]\([^)]+\)`)
	// addressedLink is one whose address counts.
	addressedLink = lazy.Regexp(`\[([^\]]+)\]\(([^)]+)\)`)
	// comment is what Markdown does not show.
	comment = lazy.Regexp(`(?s)<!--.*?-->\n?`)
)

// Section returns the text below the heading of a page, without what its readers do not see, "" where the page has no
// such heading.
func Section(page, heading string) string {
	_, rest, ok := strings.Cut(page, "\n"+heading+"\n")
	if !ok {
		return ""
	}
	var lines []string
	code := false
	for line := range strings.SplitSeq(rest, "\n") {
		if strings.HasPrefix(line, "```") {
			code = !code
		}
		if !code && strings.HasPrefix(line, "#") {
			break
		}
		lines = append(lines, line)
	}
	return strings.TrimSpace(comment().ReplaceAllString(strings.Join(lines, "\n"), ""))
}

// CodePage is what a page says of the code of a finding: its paragraphs, and its examples as they are.
func CodePage(code, section string) Document {
	d := Document{Parts: []Part{{Entries: []Entry{Line("%s", code)}}}}
	var paragraph []string
	end := func() {
		if len(paragraph) > 0 {
			text := markdownLink().ReplaceAllString(strings.Join(paragraph, " "), "$1")
			d.Parts = append(d.Parts, Part{Apart: true, Prose: true, Entries: []Entry{Line("%s", text)}})
		}
		paragraph = nil
	}
	example := false
	for line := range strings.SplitSeq(section, "\n") {
		switch {
		case strings.HasPrefix(line, "```"):
			end()
			if example = !example; example {
				d.Parts = append(d.Parts, Part{Apart: true})
			}
		case example:
			last := &d.Parts[len(d.Parts)-1]
			last.Entries = append(last.Entries, Line("    %s", line))
		case line == "":
			end()
		default:
			paragraph = append(paragraph, line)
		}
	}
	end()
	d.Data = struct {
		Version int    `json:"version"`
		Code    string `json:"code"`
		Text    string `json:"text"`
	}{jsonVersion, code, section}
	return d
}
