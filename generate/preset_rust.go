package generate

import "github.com/pipegen/pipegen/internal/plan"

// rust is set up by rustup, which the runner has and which reads rust-toolchain.toml by itself.
var rust = preset{
	title:  "Rust",
	locks:  map[string]lock{"": {[]string{"Cargo.lock"}, "cargo generate-lockfile"}},
	format: "lcov",
	report: map[string]string{"": "lcov.info"},
	steps: func(p project) []plan.ToolStep {
		setup := running("Set up Rust", "setup-rust")
		if p.Version != "" {
			setup = running("Set up Rust", "setup-rust-release", p.version("RUST_VERSION"))
		}
		out := []plan.ToolStep{setup}
		if p.cached {
			out = append(out, using("Cache the dependencies", "Swatinem/rust-cache", p.below("workspaces", ".")))
		}
		return append(out, p.test("rust"))
	},
}
