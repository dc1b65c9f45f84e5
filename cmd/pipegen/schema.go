package main

import (
	"github.com/spf13/cobra"

	"github.com/pipegen/pipegen/schema"
)

func newSchema(s streams) *cobra.Command {
	var kind string
	cmd := &cobra.Command{
		Use:   "schema",
		Short: "Print the schema that a spec must satisfy",
		Long: `Print the schema of pipeline.cue: in CUE, with every field documented, or as JSON
Schema for editors and other programs.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
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
	registerFormat(cmd.Flags(), &kind, "cue", "jsonschema")
	return cmd
}
