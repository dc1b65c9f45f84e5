# A program that does not start without these cannot be tried here: image.smokeTest says so.
echo "The image is tried without what only the cluster has: ${ONLY_IN_CLUSTER}"
