#!/bin/sh
# A week of the example blog, on a copy under git: its clock is set to April 2026, so that something is due and something is next.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
sharekit="$root/${BIN:-.venv/bin}/sharekit"
export PYTHONPATH="$root/src"
blog="$root/examples/demo"
rm -rf "$blog"
mkdir "$blog"
(cd "$root/examples/blog" && tar cf - --exclude=public --exclude=resources --exclude=.sharekit .) | (cd "$blog" && tar xf -)
cd "$blog"

git() { command git -c user.name=Demo -c user.email=demo@atelier.example -c commit.gpgsign=false "$@"; }
run() {
  echo
  echo "\$ sharekit $*"
  "$sharekit" "$@"
}
git init --quiet --initial-branch=main
printf '%s\n' public/ resources/ .sharekit/ .hugo_build.lock outbox/ 'issues/*.html' 'issues/*.txt' 'issues/*.eml' >.gitignore
git add --all && git commit --quiet --message 'The blog'

echo "It is Sunday, 5 April 2026: the first part of a series is out."
run build --quiet --now 2026-04-05T19:00+02:00
echo "\$ git commit      (you read the drafts, and merge them)"
git add --all && git commit --quiet --message 'Drafts'
run deliver --quiet --now 2026-04-05T19:00+02:00

echo
echo "A week later the second part is out, and the third is dated for the week after."
run build --quiet --now 2026-04-12T19:00+02:00
git add --all && git commit --quiet --message 'Drafts'
run plan --now 2026-04-12T19:00+02:00
run preview --quiet --now 2026-04-12T19:00+02:00

echo
echo "Look at   examples/demo/.sharekit/preview/index.html   all of it, in a browser"
echo "          examples/demo/shares/*.md                    the share drafts, yours to edit"
echo "          examples/demo/issues/*.html                  the issue, as it leaves"
echo "          examples/demo/outbox/                        what went out: the channels of the example write files"
