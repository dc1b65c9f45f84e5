fail() {
  echo "::error title=Changes::$1"
  exit 1
}

# The checkout has all that is compared: nothing is to be fetched on the way.
export GIT_NO_LAZY_FETCH=1 GIT_TERMINAL_PROMPT=0
