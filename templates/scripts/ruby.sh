if [[ -d spec ]]; then
  tests=(bundle exec rspec)
elif [[ -x bin/rails ]]; then
  tests=(bin/rails test)
else
  tests=(bundle exec rake test)
fi
