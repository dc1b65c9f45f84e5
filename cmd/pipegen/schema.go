package main

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/pipegen/pipegen/schema"
)

func newSchema(s streams) *cobra.Command {
	var kind string
	var editor bool
	var o specOptions
	cmd := &cobra.Command{
		Use:   "schema",
		Short: "Print the schema that a spec must satisfy",
		Long: `Print the schema of pipeline.cue: in CUE, with every field documented, or as JSON
Schema for editors and other programs.

With --editor, write what CUE's own language server needs to know the fields of a spec:
a module, in which is a copy of the schema, and a file beside the spec that names it.
It then completes fields, shows what they mean, and goes to where they are defined.`,
		Example: `  pipegen schema | less
  pipegen schema --format jsonschema > pipeline.schema.json
  pipegen schema --editor`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if editor {
				if cmd.Flags().Changed("format") {
					return exitError{exitUsage, errors.New("--editor writes files, and --format says how to print the schema: leave one out")}
				}
				return writeEditor(o, s)
			}
			text := schema.CUE()
			if kind == "jsonschema" {
				var err error
				if text, err = schema.JSONSchema(); err != nil {
					return bug(err)
				}
			}
			_, err := s.out.Write(text)
			return failed(err)
		},
	}
	f := cmd.Flags()
	registerFormat(f, &kind, "cue", "jsonschema")
	f.BoolVar(&editor, "editor", false, "write the files that editors with 'cue lsp' need")
	o.registerSpec(f, s)
	return cmd
}
