package generate

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/schema"
)

// toolchainsFit refuses fields of a language that it has no use for, and asks for those without which it cannot be set
// up.
func toolchainsFit(s input) diag.List {
	var out diag.List
	for _, t := range s.Tests {
		language, of := t.Value.Toolchain()
		if of == nil {
			continue
		}
		f := fitting{preset: presets[language], of: *of, at: schema.Join(t.Value.At, language)}
		f.manager()
		f.release()
		f.requirements()
		if t.Value.Report != nil && of.Run == "" {
			f.no(t.Value.At+".report", t.Value.At+".report does nothing with "+f.at+": what runs the tests there has a report of its own",
				"leave it out, or say in "+f.at+".run what runs the tests")
		}
		out = append(out, f.found...)
	}
	return out
}

type fitting struct {
	preset preset
	of     schema.Toolchain
	at     string
	found  diag.List
}

func (f *fitting) no(at, message, help string) {
	f.found = append(f.found, diag.Diagnostic{Code: diag.NotApplicable, Path: at, Message: message, Help: help})
}

// manager checks the package manager and its release.
func (f *fitting) manager() {
	at, managers := f.at+".packageManager", f.preset.managers
	manager := f.of.PackageManager
	switch {
	case manager != "" && len(managers) == 0:
		f.no(at, at+" does nothing: "+f.preset.title+" has one package manager", "leave it out")
	case manager != "" && !slices.Contains(managers, manager):
		f.found = append(f.found, diag.Diagnostic{Code: diag.BadValue, Path: at,
			Message: fmt.Sprintf("%s is %q, which is no package manager of %s%s", at, manager, f.preset.title, diag.Meant(manager, managers)),
			Help:    "these are " + strings.Join(managers, ", ")})
		return
	}
	if at := f.at + ".packageManagerVersion"; f.of.PackageManagerVersion != "" && !slices.Contains(f.preset.versioned, manager) {
		with, why := "", "the release of it comes with the project or with the runner"
		if manager != "" {
			with = " with " + manager
		}
		if manager == "pip" {
			why = "pip comes with Python"
		}
		f.no(at, at+" does nothing"+with+": "+why, "leave it out")
	}
	if v := f.of.PackageManagerVersion; manager == "poetry" && (strings.HasPrefix(v, "1.") || strings.HasPrefix(v, "0.")) {
		f.found = append(f.found, diag.Diagnostic{Code: diag.BadValue, Path: f.at + ".packageManagerVersion",
			Message: fmt.Sprintf("%s.packageManagerVersion is %q, and poetry installs what is locked, and no more, only from 2.0 on", f.at, v),
			Help:    "a newer one reads the lock files of older ones: leave it out, or write 2.0.0 or newer"})
	}
}

// release checks that the release of the language is said once, and in a file that can be read.
func (f *fitting) release() {
	at, file, files := f.at+".versionFile", f.of.VersionFile, f.preset.files
	switch {
	case file == "":
	case len(files) == 0:
		f.no(at, at+" does nothing: what sets "+f.preset.title+" up finds the file by itself", "leave it out")
	case f.of.Version != "":
		f.found = append(f.found, diag.Diagnostic{Code: diag.ChooseOne, Path: at, Message: f.at + " has both version and versionFile", Help: "keep one"})
	case !slices.Contains(files, path.Base(file)):
		f.found = append(f.found, diag.Diagnostic{Code: diag.BadValue, Path: at,
			Message: fmt.Sprintf("%s is %q, which is no file that names a release of %s%s", at, file, f.preset.title, diag.Meant(file, files)),
			Help:    "the name of the file is one of " + strings.Join(files, ", ") + "; or write the release as version"})
	}
}

// requirements belong to pip, which has no lock file but these.
func (f *fitting) requirements() {
	at, manager := f.at+".requirements", f.of.PackageManager
	switch {
	case manager == "pip" && len(f.of.Requirements) == 0:
		f.found = append(f.found, diag.Diagnostic{Code: diag.MissingField, Path: at,
			Message: at + " is missing; pip installs from requirements files with hashes",
			Help:    `for example requirements: ["requirements.txt"]`})
	case manager != "pip" && len(f.of.Requirements) > 0:
		f.no(at, at+" does nothing with "+manager+": "+manager+" installs from its lock file", "leave it out")
	}
}
