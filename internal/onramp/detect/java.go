package detect

import (
	"bytes"
	"encoding/xml"
	"io"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
)

// Java is a Maven or Gradle project.
type Java struct {
	// Tool is maven or gradle.
	Tool string
	// Wrapper reports a wrapper script in the repository; Runnable, that it is executable.
	Wrapper, Runnable bool
	// Version is the major version that the build asks for, or "".
	Version string
	// Actuator is the build file that brings Spring's actuator, which answers at /actuator/health, or "".
	Actuator string
	// Report is the path of JaCoCo's XML report, or "".
	Report string
}

func findJava(t tree) *Java {
	if t.has("pom.xml") {
		j := readPOM([]byte(t.text("pom.xml")))
		j.Wrapper, j.Runnable, j.Actuator = t.has("mvnw"), t.executable("mvnw"), actuatorIn(t, "pom.xml")
		return &j
	}
	file := t.first("build.gradle.kts", "build.gradle")
	if file == "" && t.first("settings.gradle.kts", "settings.gradle") == "" {
		return nil
	}
	j := readGradle(t.text(file))
	j.Wrapper, j.Runnable, j.Actuator = t.has("gradlew"), t.executable("gradlew"), actuatorIn(t, file)
	return &j
}

func actuatorIn(t tree, file string) string {
	if strings.Contains(t.text(file), "spring-boot-starter-actuator") {
		return file
	}
	return ""
}

type pom struct {
	Properties struct {
		All []struct {
			XMLName xml.Name
			Value   string `xml:",chardata"`
		} `xml:",any"`
	} `xml:"properties"`
	Modules []string    `xml:"modules>module"`
	Plugins []pomPlugin `xml:"build>plugins>plugin"`
}

type pomPlugin struct {
	Artifact string   `xml:"artifactId"`
	Goals    []string `xml:"executions>execution>goals>goal"`
}

func readPOM(text []byte) Java {
	j := Java{Tool: "maven"}
	d := xml.NewDecoder(bytes.NewReader(text))
	// Only ASCII text matters here, which is the same in every common encoding.
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	var p pom
	if d.Decode(&p) != nil {
		return j
	}
	properties := map[string]string{}
	for _, e := range p.Properties.All {
		properties[e.XMLName.Local] = strings.TrimSpace(e.Value)
	}
	for _, name := range []string{"maven.compiler.release", "java.version", "maven.compiler.target", "maven.compiler.source"} {
		if v := javaMajor(properties[name]); v != "" {
			j.Version = v
			break
		}
	}
	for _, plugin := range p.Plugins {
		// With modules there is a report for each, and none for the whole.
		if strings.TrimSpace(plugin.Artifact) == "jacoco-maven-plugin" && slices.Contains(plugin.Goals, "report") && len(p.Modules) == 0 {
			j.Report = "target/site/jacoco/jacoco.xml"
		}
	}
	return j
}

var (
	gradleComment   = lazy.Regexp(`(?s)/\*.*?\*/|//[^\n]*`)
	gradleToolchain = lazy.Regexp(`(?:JavaLanguageVersion\.of|jvmToolchain)\((\d{1,2})\)`)
	gradleTarget    = lazy.Regexp(`sourceCompatibility\s*=\s*(?:JavaVersion\.VERSION_|["'])?(1[._]8|\d{1,2})`)
	gradleJacoco    = lazy.Regexp("(?m)^\\s*(?:`?jacoco`?|id\\s*\\(?\\s*[\"']jacoco[\"']\\s*\\)?|apply plugin:\\s*[\"']jacoco[\"'])\\s*$")
	gradleXML       = lazy.Regexp(`xml\.required(?:\.set\(true\)|\s*=\s*true)`)
)

func readGradle(text string) Java {
	text = gradleComment().ReplaceAllString(text, "")
	j := Java{Tool: "gradle", Version: group(gradleToolchain(), text)}
	if j.Version == "" {
		j.Version = javaMajor(strings.ReplaceAll(group(gradleTarget(), text), "_", "."))
	}
	if gradleJacoco().MatchString(text) && gradleXML().MatchString(text) {
		j.Report = "build/reports/jacoco/test/jacocoTestReport.xml"
	}
	return j
}

var javaVersion = lazy.Regexp(`^(?:1\.)?(\d{1,2})(?:[.+].*)?$`)

// javaMajor turns 1.8 and 17.0.2 into 8 and 17.
func javaMajor(v string) string { return group(javaVersion(), v) }
