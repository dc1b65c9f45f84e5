package main

import "github.com/spf13/cobra"

func newInit(s streams) *cobra.Command { _ = s; return &cobra.Command{Use: "init"} }
