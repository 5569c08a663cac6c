#!/bin/sh
# The main job on a copy of the example blog, and where to look at what was made.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
blog="$root/examples/blog"
sharekit="$root/${BIN:-.venv/bin}/sharekit"

cd "$blog"
echo "\$ cd examples/blog && sharekit build"
"$sharekit" build
echo
echo "\$ sharekit series"
"$sharekit" series
echo
echo "\$ sharekit plan"
"$sharekit" plan
echo
echo "\$ sharekit preview"
"$sharekit" preview --quiet
echo
echo "What was made, in examples/blog:"
find public issues shares -type f | sort | sed 's/^/  /'
echo
echo "Look at   examples/blog/issues/*.html                    the issue, as it leaves"
echo "          examples/blog/shares/*.md                      the share drafts, yours to edit"
echo "          examples/blog/.sharekit/preview/index.html   all of it, in a browser"
echo "          examples/blog/public/index.xml                 the feed"
