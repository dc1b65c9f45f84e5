"${runner}"
