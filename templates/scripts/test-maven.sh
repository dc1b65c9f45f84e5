"${maven[@]}" --batch-mode --no-transfer-progress verify
