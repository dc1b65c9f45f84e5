# The number is what links the commit to the App.
id=$(gh api "users/${APP_SLUG}[bot]" --jq .id)
{
  echo "name=${APP_SLUG}[bot]"
  echo "email=${id}+${APP_SLUG}[bot]@users.noreply.github.com"
} >>"${GITHUB_OUTPUT}"
