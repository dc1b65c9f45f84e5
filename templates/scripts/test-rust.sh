cargo test --locked --workspace
