# Reads line coverage (not branches) from JaCoCo: the LINE counter of the whole report,
# which follows the last package or group.
format="JaCoCo XML"
unit=lines

count() {
  LC_ALL=C awk -v RS='<' '
    function attribute(name,   start, rest) {
      start = index($0, " " name "=")
      if (!start) return ""
      rest = substr($0, start + length(name) + 2)
      return substr(rest, 2, index(substr(rest, 2), substr(rest, 1, 1)) - 1)
    }
    /^report[[:space:]>]/ { opened++ }
    /^\/report[[:space:]>]/ { closed++ }
    /^\/(package|group)[[:space:]>]/ { counter = "" }
    /^counter[[:space:]]/ && /["\047]LINE["\047]/ { counter = $0 }
    END {
      if (opened != 1 || closed != 1) exit
      if (counter == "") { print 0, 0; exit }
      $0 = counter
      gsub(/[[:space:]]+/, " ")
      gsub(/ ?= ?/, "=")
      covered = attribute("covered")
      missed = attribute("missed")
      if (covered ~ /^[0-9]+$/ && missed ~ /^[0-9]+$/) printf "%.0f %.0f\n", covered, covered + missed
    }
  '
}
