# Ruby counts by itself. Each process adds what it has run, which the gate takes together. simplecov, which would start
# the same counting a second time, leaves these numbers in a file of its own.
mkdir -p coverage
cat >"${RUNNER_TEMP}/lcov.rb" <<'RUBY'
def lcov(files)
  here = "#{Dir.pwd}/"
  ours = files.select do |file, _|
    file.start_with?(here) && file.end_with?(".rb") && !file.delete_prefix(here).start_with?("vendor/", "spec/", "test/")
  end
  records = ours.map do |file, lines|
    hits = lines.each_with_index.filter_map { |count, i| "DA:#{i + 1},#{count}\n" if count }
    "SF:#{file.delete_prefix(here)}\n#{hits.join}end_of_record\n"
  end
  File.write("coverage/lcov.info", records.join, mode: "a")
end
RUBY
cat >"${RUNNER_TEMP}/count.rb" <<'RUBY'
require "coverage"
require_relative "lcov"
Coverage.start(lines: true)
at_exit { lcov(Coverage.result.transform_values { |file| file[:lines] }) }
RUBY
if ! grep -q '^    simplecov (' Gemfile.lock; then
  RUBYOPT="-r${RUNNER_TEMP}/count.rb ${RUBYOPT:-}" "${tests[@]}"
  exit
fi
"${tests[@]}"
ruby -rjson -r"${RUNNER_TEMP}/lcov.rb" -e '
  JSON.parse(File.read("coverage/.resultset.json")).each_value do |run|
    lcov(run["coverage"].transform_values { |file| file["lines"] })
  end'
