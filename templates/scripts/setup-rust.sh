# Without a release, rustup takes that of rust-toolchain.toml, and stable where there is none.
rustup toolchain install --no-self-update --profile minimal
rustc --version
