package detect

import (
	"os"
	"path/filepath"
	"testing"
)

// TestRoutes: the routes of the usual frameworks are found, with the one for readiness before one that says nothing of
// the difference.
func TestRoutes(t *testing.T) {
	for name, c := range map[string]struct {
		files       map[string]string
		ready, live string
	}{
		"FastAPI":           {map[string]string{"app/main.py": "@app.get(\"/\")\ndef root(): ...\n@app.get(\"/health\")\n"}, "/health", ""},
		"Flask":             {map[string]string{"wsgi.py": "@app.route('/healthz', methods=['GET'])\n"}, "/healthz", ""},
		"Django":            {map[string]string{"shop/urls.py": "    path(\"health/\", views.health),\n"}, "/health/", ""},
		"Go's mux":          {map[string]string{"main.go": "\tmux.HandleFunc(\"GET /readyz\", ready)\n\tmux.HandleFunc(\"GET /livez\", live)\n"}, "/readyz", "/livez"},
		"Gin":               {map[string]string{"main.go": "r.GET(\"/healthz\", func(c *gin.Context) {})\nr.GET(\"/ready\", ready)\n"}, "/ready", "/healthz"},
		"Express":           {map[string]string{"src/server.js": "app.get('/healthz', (req, res) => res.send('ok'));\n"}, "/healthz", ""},
		"Fastify":           {map[string]string{"src/app.ts": "fastify.get(`/health`, async () => ({}))\n"}, "/health", ""},
		"Spring":            {map[string]string{"src/main/java/A.java": "    @GetMapping(\"/health\")\n"}, "/health", ""},
		"Spring's actuator": {map[string]string{"pom.xml": "<project><artifactId>spring-boot-starter-actuator</artifactId></project>"}, "/actuator/health", ""},
		"the JDK's own":     {map[string]string{"src/main/java/A.java": "server.createContext(\"/healthz\", exchange -> {});\n"}, "/healthz", ""},
		"Axum":              {map[string]string{"src/main.rs": "let app = Router::new().route(\"/health\", get(|| async { \"ok\" }));\n"}, "/health", ""},
		"ASP.NET":           {map[string]string{"Program.cs": "app.MapHealthChecks(\"/healthz\");\napp.MapGet(\"/\", () => \"x\");\n"}, "/healthz", ""},
		"Rails":             {map[string]string{"config/routes.rb": "  get \"up\" => \"rails/health#show\", as: :rails_health_check\n"}, "/up", ""},
		"Laravel":           {map[string]string{"routes/web.php": "Route::get('/up', fn () => 'ok');\n"}, "/up", ""},
		"Laravel's setting": {map[string]string{"bootstrap/app.php": "        health: '/up',\n"}, "/up", ""},
		"a router":          {map[string]string{"app/utils.py": "router = APIRouter(prefix=\"/utils\", tags=[\"utils\"])\n@router.get(\"/health-check/\")\n"}, "/utils/health-check/", ""},
		"a blueprint":       {map[string]string{"app/main.py": "bp = Blueprint('main', __name__)\n@bp.route('/health')\n"}, "/health", ""},
		"a group":           {map[string]string{"main.go": "v1 := r.Group(\"/v1\")\nv1.GET(\"/health\", health)\nr.GET(\"/healthz\", health)\n"}, "/healthz", ""},
		"chi":               {map[string]string{"main.go": "r.Method(\"GET\", \"/healthz\", health)\n"}, "/healthz", ""},
		"ozzo":              {map[string]string{"api.go": "r.To(\"GET,HEAD\", \"/healthcheck\", healthcheck(version))\n"}, "/healthcheck", ""},
		"Next.js":           {map[string]string{"src/app/api/heartbeat/route.ts": "export async function GET() {}\n"}, "/api/heartbeat", ""},
		"Next.js's pages":   {map[string]string{"pages/api/health/index.js": "export default function handler() {}\n"}, "/api/health", ""},
		"SvelteKit":         {map[string]string{"src/routes/healthz/+server.ts": "export function GET() {}\n"}, "/healthz", ""},
		"a page":            {map[string]string{"src/app/status/page.ts": "export default function Status() {}\n"}, "", ""},
		"a test's":          {map[string]string{"main_test.go": "mux.HandleFunc(\"/healthz\", nil)\n", "tests/x.py": "@app.get(\"/health\")\n"}, "", ""},
		"no route":          {map[string]string{"main.go": "url := \"https://example.org/health\"\nconst health = \"health\"\n"}, "", ""},
		"a library":         {map[string]string{"node_modules/x/index.js": "app.get('/health')\n"}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for file, text := range c.files {
				at := filepath.Join(dir, file)
				if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(at, []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			f, err := Look(dir)
			if err != nil {
				t.Fatal(err)
			}
			asked := func(r *Route) string {
				if r == nil {
					return ""
				}
				return r.Path
			}
			if asked(f.Ready) != c.ready || asked(f.Live) != c.live {
				t.Errorf("ready at %q and alive at %q", asked(f.Ready), asked(f.Live))
			}
		})
	}
}
