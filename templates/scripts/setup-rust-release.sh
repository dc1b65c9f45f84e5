rustup toolchain install "${RUST_VERSION}" --no-self-update --profile minimal
rustup override set "${RUST_VERSION}"
rustc --version
