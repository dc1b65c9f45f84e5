runner=vendor/bin/phpunit
if [[ -x vendor/bin/pest ]]; then
  runner=vendor/bin/pest
fi
