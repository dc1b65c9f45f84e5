jacoco=jacoco
if ! grep -q jacoco-maven-plugin pom.xml; then
  jacoco="org.jacoco:jacoco-maven-plugin:${JACOCO_VERSION}"
fi
"${maven[@]}" --batch-mode --no-transfer-progress "${jacoco}:prepare-agent" verify "${jacoco}:report"
