fail() {
  echo "::error title=Smoke test::$1"
  docker logs candidate || true
  exit 1
}
