package main

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/spf13/pflag"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/rules"
	"github.com/pipegen/pipegen/internal/workspace"
)

func (o *specOptions) registerSchemas(f *pflag.FlagSet) {
	f.StringVar(&o.schemas, "schemas", "", "a folder with the CustomResourceDefinitions, or the JSON Schemas, of kinds that pipegen does not know")
}

// schemaFiles reads the folder of schemas. Links are not followed.
func (o *specOptions) schemaFiles() ([]artifact.File, error) {
	if o.schemas == "" {
		return nil, nil
	}
	if info, err := os.Stat(o.schemas); err != nil || !info.IsDir() {
		return nil, exitError{exitUsage, fmt.Errorf("--schemas %s is no folder: name one with CustomResourceDefinitions or JSON Schemas", o.schemas)}
	}
	files, err := workspace.Tree(workspace.Roots{artifact.Code: o.schemas}, artifact.Code, ".")
	if err != nil {
		return nil, failed(plain(err))
	}
	files = slices.DeleteFunc(files, func(f artifact.File) bool {
		return !slices.Contains([]string{".yaml", ".yml", ".json"}, path.Ext(f.Path))
	})
	for i := range files {
		files[i].Path = path.Join(filepath.ToSlash(o.schemas), files[i].Path)
	}
	return files, nil
}

// unchecked names the kinds of objects whose fields could not be checked, once each, and those that no guard knows.
func unchecked(proof *rules.Case, schemas string) []string {
	help := "give its CustomResourceDefinition with --schemas"
	if schemas != "" {
		help = schemas + " has no schema of it"
	}
	var out []string
	for _, kind := range proof.Unchecked {
		out = append(out, fmt.Sprintf("the fields of %s are not checked: pipegen does not know this kind; %s", kind, help))
	}
	return append(out, proof.Unsure...)
}
