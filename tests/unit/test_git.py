from __future__ import annotations

import pytest

from sharekit.git import push_error

# As the servers write them, shortened.
SAID = {
    "signed": """remote: error: GH013: Repository rule violations found for refs/heads/sharekit-ledger.
remote: - Commits must have verified signatures.
 ! [remote rejected] (push declined due to repository rule violations)""",
    "protects": """remote: error: GH006: Protected branch update failed for refs/heads/main.
 ! [remote rejected] (protected branch hook declined)""",
    "protects-gitlab": """remote: GitLab: You are not allowed to push code to protected branches on this project.
 ! (pre-receive hook declined)""",
    "no write permission": """remote: Permission to o/r.git denied to github-actions[bot].
fatal: unable to access 'https://github.com/o/r/': The requested URL returned error: 403""",
    "workflow": """ ! [remote rejected] HEAD -> x (refusing to allow a GitHub App to create or update workflow
`.github/workflows/x.yml` without `workflows` permission)""",
    "credentials": "fatal: could not read Username for 'https://github.com': terminal prompts disabled",
}


@pytest.mark.parametrize("case", SAID)
def test_what_the_remote_said_is_recognised_and_has_a_way_out(case: str) -> None:
    cause, hint = push_error(SAID[case])
    assert case.partition("-")[0] in cause.partition(" (")[0]
    assert len(hint) > 20


def test_what_is_not_known_is_passed_on() -> None:
    cause, hint = push_error("remote: the moon is in the wrong phase")
    assert cause == "the moon is in the wrong phase"
    assert hint


def test_a_password_in_a_url_is_not_passed_on() -> None:
    cause, _ = push_error("fatal: Authentication failed for 'https://gitlab-ci-token:s3cret@gitlab.com/o/r.git/'")
    assert "s3cret" not in cause
    assert "gitlab.com/o/r.git" in cause
