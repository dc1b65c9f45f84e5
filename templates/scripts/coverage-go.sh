# Reads statement coverage from a Go cover profile: a block that any test ran is covered,
# however often -coverpkg or concatenation lists it.
format="a Go cover profile"
unit=statements

count() {
  LC_ALL=C awk '
    { sub(/\r$/, "") }
    /^mode: [a-z]+$/ { modes++; next }
    /^$/ { next }
    !/:[0-9]+\.[0-9]+,[0-9]+\.[0-9]+ [0-9]+ [0-9]+$/ { failed = 1; exit }
    {
      block = substr($0, 1, length($0) - length($(NF - 1)) - length($NF) - 2)
      if (!(block in hit)) { hit[block] = 0; total += $(NF - 1) }
      if ($NF > 0 && !hit[block]) { hit[block] = 1; covered += $(NF - 1) }
    }
    END { if (!failed && modes) printf "%.0f %.0f\n", covered, total }
  '
}
