# A build that applies jacoco, or writes XML already, is as it was.
cat >"${RUNNER_TEMP}/jacoco.gradle" <<'GRADLE'
allprojects {
  plugins.withId('java') {
    apply plugin: 'jacoco'
    tasks.withType(JacocoReport).configureEach { reports.xml.required = true }
  }
}
GRADLE
"${gradle[@]}" --no-daemon --init-script "${RUNNER_TEMP}/jacoco.gradle" build jacocoTestReport
