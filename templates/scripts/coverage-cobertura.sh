# Reads line coverage (not branches) from Cobertura: the totals of the root or, where an
# older generator states none, the lines of the classes; methods only repeat them.
format="Cobertura XML"
unit=lines

count() {
  LC_ALL=C awk -v RS='<' '
    function attribute(name,   start, rest) {
      start = index($0, " " name "=")
      if (!start) return ""
      rest = substr($0, start + length(name) + 2)
      return substr(rest, 2, index(substr(rest, 2), substr(rest, 1, 1)) - 1)
    }
    /^(coverage|class|line)[[:space:]]/ {
      gsub(/[[:space:]]+/, " ")
      gsub(/ ?= ?/, "=")
    }
    /^coverage[ >]/ {
      opened++
      covered = attribute("lines-covered")
      total = attribute("lines-valid")
      stated = covered != "" && total != ""
    }
    /^\/coverage[[:space:]>]/ { closed++ }
    stated { next }
    /^class / { file = attribute("filename") }
    /^methods[[:space:]>]/ { methods = !/\/>/ }
    /^\/methods[[:space:]>]/ { methods = 0 }
    /^line / && !methods {
      number = attribute("number")
      hits = attribute("hits")
      if (file == "" || number !~ /^[0-9]+$/ || hits !~ /^[0-9]+$/) { failed = 1; exit }
      if (!((file, number) in hit)) { hit[file, number] = 0; counted++ }
      if (hits + 0 > 0 && !hit[file, number]) { hit[file, number] = 1; ran++ }
    }
    END {
      if (failed || opened != 1 || closed != 1) exit
      if (stated) print covered, total
      else printf "%.0f %.0f\n", ran, counted
    }
  '
}
