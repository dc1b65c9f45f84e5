# What is promoted need not be the commit that the run is for. All below is about that one.
GITHUB_SHA=${PROMOTED}
