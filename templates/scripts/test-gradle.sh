"${gradle[@]}" --no-daemon build
