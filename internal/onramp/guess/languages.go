package guess

import (
	"cmp"
	"strings"

	"github.com/pipegen/pipegen/internal/onramp/detect"
	"github.com/pipegen/pipegen/internal/onramp/draft"
)

func goTests(in folder, s draft.Settings) (report string) {
	s["goVersionFile"] = draft.Setting{Value: in.path("go.mod")}
	s["cacheDependencyPath"] = in.below(in.path("go.sum"))
	s["run"] = draft.Setting{Value: in.run("go test -race -coverprofile=cover.out ./...")}
	return "cover.out"
}

func javaTests(f detect.Project, in folder, s draft.Settings) (report string) {
	j := f.Java
	version := cmp.Or(major(f.Docker.Version(shipsWith["java"]...)), j.Version)
	s["javaVersion"] = known(version, "21", "this Java is a guess: take that of the Dockerfile")
	s["cache"] = draft.Setting{Value: j.Tool}
	command, wrapper, arguments := "mvn", "mvnw", "--batch-mode --no-transfer-progress verify"
	s["cacheDependencyPath"] = in.below(in.path("pom.xml"))
	if j.Tool == "gradle" {
		command, wrapper, arguments = "gradle", "gradlew", "--no-daemon build"
		s["cacheDependencyPath"] = in.below(in.path("*.gradle*"))
		if j.Report != "" {
			arguments += " jacocoTestReport"
		}
	}
	switch {
	case j.Wrapper && j.Runnable:
		command = "./" + wrapper
	case j.Wrapper:
		command = "sh ./" + wrapper
	}
	s["run"] = draft.Setting{Value: in.run(command + " " + arguments)}
	if !j.Wrapper {
		s["run"] = s["run"].Noted("without a wrapper this is the " + command + " of the runner")
	}
	return j.Report
}

func rustTests(f detect.Project, in folder, s draft.Settings) {
	ships := f.Docker.Version("rust")
	s["toolchain"] = known(cmp.Or(ships, f.Rust.Toolchain), "stable", "stable moves: write the version that the Dockerfile builds with")
	s["workspaces"] = in.below(in.at)
	command := "cargo test"
	if f.Rust.Locked {
		command += " --locked"
	}
	s["run"] = draft.Setting{Value: in.run(command)}
	if !f.Rust.Locked {
		s["run"] = s["run"].Noted("there is no Cargo.lock: commit it and add --locked")
	}
}

// major returns the first number of a version.
func major(version string) string {
	n, _, _ := strings.Cut(version, ".")
	return n
}
