package detect

import (
	"strings"
)

// Rust is a Cargo package or workspace.
type Rust struct {
	// Toolchain is the channel that rust-toolchain.toml asks for, or "".
	Toolchain string
	// Locked reports a Cargo.lock.
	Locked bool
}

func findRust(t tree) *Rust {
	if !t.has("Cargo.toml") {
		return nil
	}
	r := &Rust{Locked: t.has("Cargo.lock")}
	text := t.text("rust-toolchain.toml")
	if text == "" {
		text = t.text("rust-toolchain")
	}
	if channel, ok := at(parseTOML(text), "toolchain", "channel").(string); ok {
		r.Toolchain = channel
	} else if word := strings.TrimSpace(text); !strings.ContainsAny(word, "[=\n ") {
		// The old form is the bare name of the channel.
		r.Toolchain = word
	}
	return r
}
