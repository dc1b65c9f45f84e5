package generate

import "github.com/pipegen/pipegen/internal/plan"

// java needs no step that installs: Maven and Gradle fetch what the build names in the releases that it names.
var java = preset{
	title:    "Java",
	managers: []string{"maven", "gradle"},
	files:    []string{".java-version", ".tool-versions", ".sdkmanrc"},
	format:   "jacoco",
	report: map[string]string{
		"maven":  "target/site/jacoco/jacoco.xml",
		"gradle": "build/reports/jacoco/test/jacocoTestReport.xml",
	},
	steps: func(p project) []plan.ToolStep {
		setup := [][]plan.Value{{{Name: "distribution", Value: "temurin"}}, p.release("java-version", "java-version-file", ".java-version")}
		if p.PackageManager == "maven" {
			if p.server != "" {
				name := variableName(p.server)
				setup = append(setup, []plan.Value{{Name: "server-id", Value: p.server}, {Name: "server-username", Value: name + "_USERNAME"}, {Name: "server-password", Value: name + "_PASSWORD"}})
			}
			tests := p.test("maven", "maven")
			if p.measured && p.Run == "" {
				tests.Env = []plan.Value{p.tool("JACOCO_VERSION", "jacoco")}
			}
			return []plan.ToolStep{
				using("Set up Java", "actions/setup-java", append(setup, p.fromCache("maven", "pom.xml"))...),
				tests,
			}
		}
		// The cache that is the default here belongs to a service with terms of its own.
		cache := plan.Value{Name: "cache-provider", Value: "basic"}
		if !p.cached {
			cache = plan.Value{Name: "cache-disabled", Value: true}
		}
		return []plan.ToolStep{
			using("Set up Java", "actions/setup-java", setup...),
			using("Set up Gradle", "gradle/actions/setup-gradle", []plan.Value{cache}),
			p.test("gradle", "gradle"),
		}
	},
}
