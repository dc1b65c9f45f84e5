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
	// Below reports that the route belongs to a part of the program, which may be put below a path of its own.
	Below bool
}

// Bounds of the search for routes: how many files are listed and read, how many bytes of each, and
// how far down they lie.
const (
	mostListed    = 4000
	mostSources   = 400
	mostOfSource  = 256 << 10
	deepestSource = 6
)

// readyNames and liveNames are the usual names of a route that is asked about the program, the likelier first. One of the
// other names says nothing of the difference.
var (
	readyNames = strings.Fields("readyz ready readiness health/ready health/readiness healthz/ready -/ready")
	liveNames  = strings.Fields("livez live liveness alive health/live health/liveness healthz/live -/healthy")
	otherNames = strings.Fields("healthz health healthcheck health-check health_check _health api/healthz api/health api/v1/health api/healthcheck heartbeat api/heartbeat up ping api/ping status api/status")
)

// sources are the endings of the files in which programs say their routes.
var sources = strings.Fields(".py .go .js .mjs .cjs .ts .java .kt .rs .cs .rb .php")

// madeFolders are folders beside those of aside in which tools put what they make or install.
var madeFolders = strings.Fields("build venv bin obj")

// routed is a text in quotes in a line that defines a route, in the ways of the usual frameworks: app.get("/health"),
// HandleFunc("GET /health", …), @GetMapping("/health"), .route("/health", …), path("health/", …), get "up" => …, Method("GET", "/health").
var routed = lazy.Regexp("(?i)(?:\\b(?:handle|method|add|to)\\([\"'`]GET[A-Z,]*[\"'`], *[\"'`]|(?:get|handle|handlefunc|route|map|mapget|maphealthchecks|path|use|all|any|mapping|endpoint|usehealthchecks|createcontext)\\b[^\"'`]{0,40}[\"'`](?:GET )?)/?([-_a-z0-9/]{2,30}?)/?[\"'`]")

// filed is a file that is a route by its path, as Next.js and SvelteKit have it.
var filed = lazy.Regexp(`^(?:src/)?(?:app/(.+)/route|pages/(api/.+?)(?:/index)?|routes/(.+)/\+server)\.[jt]s$`)

// findRoutes looks for the routes that say whether the program is ready and whether it lives.
func findRoutes(t tree, java *Java) (ready, live *Route) {
	if java != nil && java.Actuator != "" {
		return &Route{Path: "/actuator/health", File: java.Actuator}, nil
	}
	found := map[string]*Route{}
	for _, name := range likely(sourceFiles(t, ".", deepestSource)) {
		if m := filed().FindStringSubmatch(name); m != nil {
			route := m[1] + m[2] + m[3]
			found[route] = &Route{Path: "/" + route, File: name, Line: 1}
		}
		content, _ := t.read(name, mostOfSource)
		parts := partsOf(string(content))
		for i, line := range strings.Split(string(content), "\n") {
			for _, m := range slices.Concat(routed().FindAllStringSubmatchIndex(line, -1), configured().FindAllStringSubmatchIndex(line, -1)) {
				route := strings.ToLower(line[m[2]:m[3]])
				if found[route] == nil {
					prefix, below := parts[group(receiver(), line[:m[0]])]
					found[route] = &Route{Path: path.Join("/", prefix) + asAsked(line, m), File: name, Line: i + 1, Below: below}
					found[route].Path = strings.Replace(found[route].Path, "//", "/", 1)
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

// configured is a route that is a setting, as Laravel has it.
var configured = lazy.Regexp(`\bhealth: *'/([-_a-z0-9/]{2,30}?)/?'`)

// receiver is the name before the dot of a call, and made a name for a part of a program, with the path that it is below.
var (
	receiver = lazy.Regexp(`(\w+)\.$`)
	made     = lazy.Regexp(`(\w+)\s*:?=.*\b(?:APIRouter|Blueprint|Router|MapGroup|Group)\((?:.*prefix\s*=\s*)?(?:["'](/[-_a-z0-9/]*)["'])?`)
)

// partsOf are the parts of a program that a source file makes, by their names.
func partsOf(source string) map[string]string {
	out := map[string]string{}
	for _, m := range made().FindAllStringSubmatch(source, -1) {
		out[m[1]] = m[2]
	}
	return out
}

// likely puts the files first whose names say that they have routes, and leaves out what is too much.
func likely(files []string) []string {
	rank := func(file string) int {
		name := strings.ToLower(path.Base(file))
		return 1 - min(1, len(telling().FindString(name)))
	}
	slices.SortStableFunc(files, func(a, b string) int { return rank(a) - rank(b) })
	return files[:min(len(files), mostSources)]
}

var telling = lazy.Regexp(`rout|url|health|main|app|server|program|startup|index|web|api`)

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
		if depth > 1 && len(out) < mostListed && !slices.Contains(aside, d) && !slices.Contains(madeFolders, d) {
			out = append(out, sourceFiles(t, path.Join(dir, d), depth-1)...)
		}
	}
	return out[:min(len(out), mostListed)]
}
