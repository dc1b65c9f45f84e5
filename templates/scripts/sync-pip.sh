arguments=()
for file in ${REQUIREMENTS}; do
  arguments+=(--requirement "${file}")
done
python -m pip install --require-hashes "${arguments[@]}"
