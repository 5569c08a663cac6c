"""Opens the pull request for the drafts on Forgejo, and keeps one comment with the plan in it.

``python tools/forgejo_pull.py HEAD BASE PLAN-FILE`` with ``GITHUB_API_URL``, ``GITHUB_REPOSITORY`` and ``JOB_TOKEN`` in the
environment, as Forgejo's runner gives them (https://codeberg.org/api/swagger). Python alone is needed.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

MARK = "<!-- sharekit plan -->"
BODY = (
    "The share drafts and the issue of the newest posts. Edit them here or in the files: sharekit leaves alone what you "
    "touched. Merging approves the shares: what is due goes out at the next scheduled run. An issue goes out when its file "
    "says `status: approved`."
)
MOST = 60_000
FENCE = "`" * 8


def ask(method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    """What the repository's API answers; None where what is asked for is there already (409)."""
    base = f"{os.environ['GITHUB_API_URL']}/repos/{os.environ['GITHUB_REPOSITORY']}"
    data = json.dumps(body).encode() if body is not None else None
    headers = {"Authorization": f"token {os.environ['JOB_TOKEN']}", "Content-Type": "application/json"}
    request = urllib.request.Request(base + path, data=data, headers=headers, method=method)  # noqa: S310 - the forge's own API
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - the address is that of the forge
            return json.load(answer)
    except urllib.error.HTTPError as error:
        if error.code == 409:
            return None
        sys.exit(f"{method} {path}: HTTP {error.code}")


def main(head: str, base: str, plan: str) -> None:
    """Open it where it is not open, then write the comment or renew it."""
    made = ask("POST", "/pulls", {"head": head, "base": base, "title": "Drafts by sharekit", "body": BODY})
    if made is None:
        # What the forge cannot read is null in its list.
        pulls = filter(None, ask("GET", "/pulls?state=open&sort=recentupdate&limit=50"))
        made = next(each for each in pulls if each["head"]["ref"] == head)
    comments = f"/issues/{made['number']}/comments"
    words = f"{MARK}\n{FENCE}\n{Path(plan).read_text(encoding='utf-8', errors='replace')[:MOST]}\n{FENCE}"
    ours = next((each for each in ask("GET", comments) if str(each["body"]).startswith(MARK)), None)
    if ours:
        ask("PATCH", f"/issues/comments/{ours['id']}", {"body": words})
    else:
        ask("POST", comments, {"body": words})


if __name__ == "__main__":
    main(*sys.argv[1:4])
