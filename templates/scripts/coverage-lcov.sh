# Reads line coverage (not branches) from LCOV: a line that any test ran is covered, however
# often its file is listed. LF and LH, a mere summary, count for a file without DA records.
format=LCOV
unit=lines

count() {
  # Each file has a range of whole numbers for its lines: awk finds those several times
  # faster than names. Only a later section that goes beyond the range needs names.
  LC_ALL=C awk -F '[:,]' '
    function broken() { failed = 1; exit }
    { sub(/\r$/, "") }
    $1 == "DA" {
      if (!open || $2 !~ /^[0-9]+$/ || length($2) > 7 || $3 !~ /^-?[0-9]/) broken()
      line = $2 > limit ? file SUBSEP $2 : start[file] + $2
      if ($2 > longest) longest = $2 + 0
      if (!(line in hit)) { hit[line] = 0; total++ }
      if ($3 > 0 && !hit[line]) { hit[line] = 1; covered++ }
      next
    }
    $1 == "SF" {
      if (open) broken()
      open = 1
      sections++
      file = substr($0, 4)
      fresh = !size[file]
      if (fresh) start[file] = free
      limit = fresh ? 1e7 : size[file]
      longest = 0
    }
    $1 == "LF" || $1 == "LH" {
      if (!open || $2 !~ /^[0-9]+$/) broken()
      summary[$1, file] += $2
    }
    $1 == "end_of_record" {
      if (fresh && longest) { size[file] = longest; free += longest + 1 }
      open = 0
    }
    END {
      if (failed || open || !sections) exit
      for (file in size) {
        if (size[file]) continue
        covered += summary["LH", file]
        total += summary["LF", file]
      }
      printf "%.0f %.0f\n", covered, total
    }
  '
}
