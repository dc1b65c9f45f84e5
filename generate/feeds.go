package generate

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// feed is what the tools of a language read: variables with the password, and others that go with them.
type feed struct {
	language string
	given    []plan.Given
	plain    []plan.Variable
}

// feedOf is a feed as the tools that read it know it.
func feedOf(f schema.Named[schema.Feed]) feed {
	v, at := f.Value, schema.Join("feeds", f.ID)
	password := func(as string) plan.Given { return plan.Given{Path: at + ".password", As: as, Name: v.Password} }
	user, userAt := "${{ github.actor }}", at
	if v.User != "" {
		user, userAt = "${{ vars."+v.User+" }}", at+".user"
	}
	pair := func(language, field, username, secret string) feed {
		return feed{language, []plan.Given{password(secret)}, []plan.Variable{{Path: userAt, Name: username, Value: user}}}
	}
	switch {
	case v.NPM != "":
		return feed{"node", []plan.Given{password(v.NPM)}, nil}
	case v.NuGet != "":
		// https://learn.microsoft.com/en-us/nuget/consume-packages/consuming-packages-authenticated-feeds
		g := password("NuGetPackageSourceCredentials_" + v.NuGet)
		g.Before = "Username=" + user + ";Password="
		return feed{"dotnet", []plan.Given{g}, nil}
	case v.Maven != "":
		name := variableName(v.Maven)
		return pair("java", "maven", name+"_USERNAME", name+"_PASSWORD")
	case v.Gradle != "":
		// https://docs.gradle.org/current/userguide/supported_repository_protocols.html
		return pair("java", "gradle", "ORG_GRADLE_PROJECT_"+v.Gradle+"Username", "ORG_GRADLE_PROJECT_"+v.Gradle+"Password")
	case v.Python != "":
		name := variableName(v.Python)
		out := pair("python", "python", name+"_USERNAME", name+"_PASSWORD")
		for _, tool := range []string{"UV_INDEX_", "POETRY_HTTP_BASIC_"} {
			more := pair("python", "python", tool+name+"_USERNAME", tool+name+"_PASSWORD")
			out.given, out.plain = append(out.given, more.given...), append(out.plain, more.plain...)
		}
		return out
	}
	g := password("GIT_CONFIG_KEY_0")
	g.Before, g.After = "url.https://x-access-token:", "@github.com/.insteadOf"
	return feed{"go", []plan.Given{g}, []plan.Variable{
		{Path: at + ".go", Name: "GOPRIVATE", Value: v.Go}, {Path: at, Name: "GIT_CONFIG_COUNT", Value: "1"},
		{Path: at, Name: "GIT_CONFIG_VALUE_0", Value: "https://github.com/"},
	}}
}

// variableName is how tools write the name of a feed in variables.
func variableName(name string) string {
	return strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
}

// ofTest chooses the feeds that the tools of some tests read.
func ofTest(t schema.Test) func(schema.Named[schema.Feed]) bool {
	language, of := t.Toolchain()
	return func(f schema.Named[schema.Feed]) bool {
		switch {
		case of == nil || language != feedOf(f).language:
			return false
		case language == "java":
			return (of.PackageManager == "gradle") == (f.Value.Gradle != "")
		}
		return true
	}
}

// ofBuild chooses the feeds that an image names.
func ofBuild(i schema.Image) func(schema.Named[schema.Feed]) bool {
	return func(f schema.Named[schema.Feed]) bool { return slices.Contains(i.Feeds, f.ID) }
}

// feedsFor are the variables of the feeds that somebody reads.
func feedsFor(s input, reads func(schema.Named[schema.Feed]) bool) (given []plan.Given, plain []plan.Variable) {
	for _, f := range s.Feeds {
		if reads(f) {
			of := feedOf(f)
			given, plain = append(given, of.given...), append(plain, of.plain...)
		}
	}
	return given, plain
}
