package report

// Step is something that a person does by hand or with the commands. Text and Points are Markdown.
type Step struct {
	Title  string   `json:"title"`
	Text   string   `json:"text"`
	Points []string `json:"points,omitempty"`
	// In is the folder in which the commands run.
	In       string   `json:"in"`
	Commands []string `json:"commands,omitempty"`
}

// Steps numbers steps, with what each is for and its commands, which stand alone in their lines.
func Steps(steps []Step, next string) Document {
	d := Document{Next: next}
	for i, s := range steps {
		d.Parts = append(d.Parts, Part{Apart: i > 0, Entries: []Entry{{Line: []Cell{{{Text: Say("%d. %s", i+1, s.Title).text(), Style: Strong}}}}}})
		d.Parts = append(d.Parts, Part{Prose: true, Entries: []Entry{Line("%s", withAddresses(s.Text))}})
		for _, p := range s.Points {
			d.Parts = append(d.Parts, Part{Prose: true, Entries: []Entry{Line("- %s", withAddresses(p))}})
		}
		if len(s.Commands) == 0 {
			continue
		}
		commands := Part{Apart: true}
		if s.In != "." {
			commands.Entries = append(commands.Entries, Line("    cd %s", s.In))
		}
		for _, c := range s.Commands {
			commands.Entries = append(commands.Entries, Line("    %s", c))
		}
		if s.In != "." {
			commands.Entries = append(commands.Entries, Line("    cd -"))
		}
		d.Parts = append(d.Parts, commands)
	}
	d.Parts = append(d.Parts, Part{Apart: true})
	d.Data = struct {
		Version int    `json:"version"`
		Steps   []Step `json:"steps"`
	}{jsonVersion, steps}
	return d
}

// withAddresses writes links of Markdown as people read them on a screen.
func withAddresses(text string) string { return addressedLink().ReplaceAllString(text, "$1 ($2)") }
