maven=(mvn)
if [[ -f mvnw ]]; then
  maven=(sh ./mvnw)
fi
