# rustc counts, and the tools of the same toolchain read what it has counted.
rustup component add llvm-tools
tools=$(rustc --print target-libdir)/../bin
export RUSTFLAGS="${RUSTFLAGS:-} -C instrument-coverage"
export LLVM_PROFILE_FILE="${RUNNER_TEMP}/profiles/%p-%m.profraw"
cargo test --locked --workspace
mapfile -t programs < <(cargo test --locked --workspace --no-run --message-format=json |
  jq --raw-output 'select(.executable) | .executable')
others=("${programs[@]:1}")
"${tools}/llvm-profdata" merge --sparse --output="${RUNNER_TEMP}/tests.profdata" "${RUNNER_TEMP}"/profiles/*.profraw
"${tools}/llvm-cov" export --format=lcov --instr-profile="${RUNNER_TEMP}/tests.profdata" \
  --ignore-filename-regex='/(\.cargo|rustc|\.rustup)/' "${programs[0]}" "${others[@]/#/--object=}" >lcov.info
