BUNDLE_FROZEN=true bundle install
