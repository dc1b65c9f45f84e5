origin+=$'\n'"Promoted by: ${PROMOTED_BY}"
