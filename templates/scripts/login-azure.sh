# A token for three hours. The login after this one uses it, and logs out again at the end of the job.
token=$(az acr login --name "${REGISTRY%%.*}" --expose-token --output tsv --query accessToken)
echo "::add-mask::${token}"
echo "token=${token}" >>"${GITHUB_OUTPUT}"
