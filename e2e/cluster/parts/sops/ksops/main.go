// Command ksops stands in for the plugin of that name, whose module the Go proxy does not have. It does what generators
// with files ask of KSOPS: kustomize starts it as an exec function, and gets the objects that SOPS decrypts.
package main

import (
	"fmt"
	"os"

	"github.com/getsops/sops/v3/decrypt"
	"go.yaml.in/yaml/v3"
)

type resourceList struct {
	APIVersion     string           `yaml:"apiVersion"`
	Kind           string           `yaml:"kind"`
	Items          []map[string]any `yaml:"items"`
	FunctionConfig struct {
		Files []string `yaml:"files"`
	} `yaml:"functionConfig,omitempty"`
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "unable to generate manifests:", err)
		os.Exit(1)
	}
}

func run() error {
	var in resourceList
	if err := yaml.NewDecoder(os.Stdin).Decode(&in); err != nil {
		return err
	}
	out := resourceList{APIVersion: in.APIVersion, Kind: in.Kind}
	for _, file := range in.FunctionConfig.Files {
		text, err := decrypt.File(file, "yaml")
		if err != nil {
			return fmt.Errorf("error decrypting file %q from manifest.Files: trouble decrypting file: %w", file, err)
		}
		var object map[string]any
		if err := yaml.Unmarshal(text, &object); err != nil {
			return err
		}
		out.Items = append(out.Items, object)
	}
	return yaml.NewEncoder(os.Stdout).Encode(map[string]any{"apiVersion": out.APIVersion, "kind": out.Kind, "items": out.Items})
}
