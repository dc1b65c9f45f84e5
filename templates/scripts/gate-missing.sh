# What needs secrets is left out in a run that gets none: the gate says so by name.
jq --raw-output 'to_entries[] | select((.value.outputs.missing // "") != "")
  | "::warning title=Left out::\(.key) has tested and built nothing: this run gets no secrets, and it needs \(.value.outputs.missing)."' <<<"${RESULTS}"
