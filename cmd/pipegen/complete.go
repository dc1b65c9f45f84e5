package main

import (
	"io"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/pipegen/pipegen/internal/rules"
	"github.com/pipegen/pipegen/schema"
)

// addCompletions lets a shell complete the values of flags and arguments: the words of a format, and the names that the
// spec has.
func addCompletions(root *cobra.Command) {
	for _, cmd := range root.Commands() {
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			var complete cobra.CompletionFunc
			if words, ok := f.Value.(format); ok {
				complete = cobra.FixedCompletions(words.words, cobra.ShellCompDirectiveNoFileComp)
			} else if f.Name == "env" || cmd.Name() == "promote" && f.Name == "to" {
				complete = fromSpec(environmentNames)
			}
			if complete == nil {
				return
			}
			if err := cmd.RegisterFlagCompletionFunc(f.Name, complete); err != nil {
				panic(err) // The flag has completions already.
			}
		})
	}
}

// fromSpec completes with names of the spec that the command line names or that is found from here, and with what is
// known without one.
func fromSpec(names func(schema.Spec) []string) cobra.CompletionFunc {
	return func(cmd *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		o := specOptions{progress: io.Discard}
		if f := cmd.Flags().Lookup("file"); f.Changed {
			o.spec = f.Value.String()
		}
		var spec schema.Spec
		if l, _, err := o.load(); err == nil && l != nil {
			spec = l.loaded.Spec
		}
		return names(spec), cobra.ShellCompDirectiveNoFileComp
	}
}

func environmentNames(s schema.Spec) (out []string) {
	for _, e := range s.Environments {
		out = append(out, e.ID)
	}
	return out
}

// explainable are the criteria of a spec, the rules, and the codes of findings.
func explainable(s schema.Spec) (out []string) {
	for _, c := range s.Criteria {
		out = append(out, c.ID)
	}
	for _, r := range rules.All() {
		out = append(out, r.ID)
	}
	return append(out, codes()...)
}
