# The first refuses a lock file that composer.json has left behind.
composer validate --no-check-all --no-check-publish
composer install --no-interaction --no-progress
