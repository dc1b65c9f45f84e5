package detect

import (
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
)

// Route is a path that the source answers at, as far as one of its lines says so.
type Route struct {
	Path, File string
	Line       int
}

// Bounds of the search for routes: how many files are read, how many bytes of each, and how far down they lie.
const (
	mostSources   = 400
	mostOfSource  = 256 << 10
	deepestSource = 6
)

// readyNames and liveNames are the usual names of a route that is asked about the program, the likelier first. One of the
// other names says nothing of the difference.
var (
	readyNames = strings.Fields("readyz ready readiness health/ready health/readiness healthz/ready -/ready")
	liveNames  = strings.Fields("livez live liveness alive health/live health/liveness healthz/live -/healthy")
	otherNames = strings.Fields("healthz health healthcheck health-check health_check _health api/healthz api/health api/v1/health api/healthcheck up ping status")
)

// sources are the endings of the files in which programs say their routes.
var sources = strings.Fields(".py .go .js .mjs .cjs .ts .java .kt .rs .cs .rb .php")

// madeFolders are folders beside those of aside in which tools put what they make or install.
var madeFolders = strings.Fields("build venv bin obj")

// routed is a text in quotes in a line that defines a route, in the ways of the usual frameworks: app.get("/health"),
// HandleFunc("GET /health", …), @GetMapping("/health"), .route("/health", …), path("health/", …), get "up" => ….
var routed = lazy.Regexp("(?i)(?:get|handle|handlefunc|route|map|mapget|maphealthchecks|path|use|all|any|mapping|endpoint|usehealthchecks|createcontext)\\b[^\"'`]{0,40}[\"'`](?:GET )?/?([-_a-z0-9/]{2,30}?)/?[\"'`]")

// findRoutes looks for the routes that say whether the program is ready and whether it lives.
func findRoutes(t tree, java *Java) (ready, live *Route) {
	if java != nil && java.Actuator != "" {
		return &Route{Path: "/actuator/health", File: java.Actuator}, nil
	}
	found := map[string]*Route{}
	for _, name := range sourceFiles(t, ".", deepestSource) {
		content, _ := t.read(name, mostOfSource)
		for i, line := range strings.Split(string(content), "\n") {
			for _, m := range routed().FindAllStringSubmatchIndex(line, -1) {
				route := strings.ToLower(line[m[2]:m[3]])
				if found[route] == nil {
					found[route] = &Route{Path: asAsked(line, m), File: name, Line: i + 1}
				}
			}
		}
	}
	first := func(names []string) *Route {
		for _, n := range names {
			if r := found[n]; r != nil {
				return r
			}
		}
		return nil
	}
	ready, live = first(readyNames), first(liveNames)
	other := first(otherNames)
	switch {
	case ready == nil:
		ready = other
	case live == nil:
		live = other
	}
	return ready, live
}

// asAsked is the path of a route as a probe asks it: Django's have a slash at their end.
func asAsked(line string, m []int) string {
	route := "/" + line[m[2]:m[3]]
	if line[m[3]] == '/' {
		route += "/"
	}
	return route
}

// sourceFiles are the files of programs below a folder, without their tests.
func sourceFiles(t tree, dir string, depth int) []string {
	files, dirs := t.list(dir)
	var out []string
	for _, f := range files {
		if slices.Contains(sources, path.Ext(f)) && !strings.HasSuffix(f, "_test.go") && !strings.Contains(f, ".test.") && !strings.Contains(f, ".spec.") && !strings.HasPrefix(f, "test_") {
			out = append(out, path.Join(dir, f))
		}
	}
	for _, d := range dirs {
		if depth > 1 && len(out) < mostSources && !slices.Contains(aside, d) && !slices.Contains(madeFolders, d) {
			out = append(out, sourceFiles(t, path.Join(dir, d), depth-1)...)
		}
	}
	return out[:min(len(out), mostSources)]
}
