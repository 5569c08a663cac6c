"""Pull requests and comments of Forgejo's API, as its description has them (/swagger.v1.json; codeberg.org/api/swagger).

repoCreatePullRequest, repoListPullRequests, issueGetComments, issueCreateComment and issueEditComment of one repository.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from servers.wire import Reply, Wire, check

if TYPE_CHECKING:
    from collections.abc import Sequence

    from servers.wire import Request

TOKEN = "job-token"  # noqa: S105 - of a server that runs for one test
# CreatePullRequestOption, and CreateIssueCommentOption, of which the body is required.
PULL = {"assignee", "assignees", "base", "body", "due_date", "head", "labels", "milestone", "title"}
COMMENT = {"body", "updated_at"}


class ForgejoServer(Wire):
    """The repository ``someone/blog``. ``pulls`` and ``comments`` are as the API shows them."""

    ACT = ("POST", "/api/v1/repos/someone/blog/pulls")

    def __init__(self) -> None:
        super().__init__()
        self.pulls: list[dict[str, Any]] = []
        self.comments: list[dict[str, Any]] = []

    @property
    def api(self) -> str:
        """What a runner gives a job as GITHUB_API_URL."""
        return f"{self.url}/api/v1"

    def handle(self, request: Request) -> Reply:
        if request.headers.get("authorization") != f"token {TOKEN}":
            return Reply(401, {"message": "token is required"})
        path = request.path.removeprefix("/api/v1/repos/someone/blog")
        if request.method == "POST" and path == "/pulls":
            return self._open(request.json())
        if request.method == "GET" and path == "/pulls":
            check(set(request.query) <= {"state", "sort", "milestone", "labels", "poster", "page", "limit"}, "unknown query")
            # "If a pull request … fails to be retrieved for any reason, it will be a null value in the list of results."
            return Reply(200, [None, *(each for each in self.pulls if each["state"] == request.query.get("state", "open"))])
        if found := re.fullmatch(r"/issues/(\d+)/comments", path):
            number = int(found[1])
            if not any(each["number"] == number for each in self.pulls):
                return Reply(404, {"message": "issue does not exist"})
            return self._comment(number, request)
        if request.method == "PATCH" and (found := re.fullmatch(r"/issues/comments/(\d+)", path)):
            comment = next((each for each in self.comments if each["id"] == int(found[1])), None)
            if comment is None:
                return Reply(404, {"message": "comment does not exist"})
            comment["body"] = _checked(request.json(), COMMENT, ("body",))["body"]
            return Reply(200, comment)
        return Reply(404, {"message": "not found"})

    def _open(self, given: dict[str, Any]) -> Reply:
        _checked(given, PULL, ("head", "base", "title"))
        if given["head"] == given["base"]:
            return Reply(422, {"message": "Invalid PullRequest: There are no changes between the head and the base"})
        if any(each["head"]["ref"] == given["head"] and each["state"] == "open" for each in self.pulls):
            return Reply(409, {"message": "pull request already exists for these targets"})
        number = len(self.pulls) + 7
        shown = {**given, "head": {"ref": given["head"]}, "base": {"ref": given["base"]}}
        self.pulls.append(
            {**shown, "number": number, "state": "open", "html_url": f"{self.url}/someone/blog/pulls/{number}"}
        )
        return Reply(201, self.pulls[-1])

    def _comment(self, number: int, request: Request) -> Reply:
        if request.method == "GET":
            return Reply(200, [each for each in self.comments if each["issue"] == number])
        body = _checked(request.json(), COMMENT, ("body",))["body"]
        self.comments.append({"id": len(self.comments) + 1, "issue": number, "body": body})
        return Reply(201, self.comments[-1])


def _checked(given: dict[str, Any], known: set[str], needed: Sequence[str]) -> dict[str, Any]:
    check(set(given) <= known, f"unknown fields: {set(given) - known}")
    check(all(given.get(name) for name in needed), f"needed: {needed}")
    return given
