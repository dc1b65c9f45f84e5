gradle=(gradle)
if [[ -f gradlew ]]; then
  gradle=(sh ./gradlew)
fi
