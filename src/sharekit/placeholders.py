"""What only the mailer knows, as it stands in a rendered issue until then.

Both are names that no mail leads anywhere with (RFC 2606 §2), so that one which was forgotten is harmless, and one that
an inliner or a linter meets is an ordinary link and an ordinary word.
"""

from __future__ import annotations

UNSUBSCRIBE = "https://unsubscribe.sharekit.invalid/"
ADDRESS = "address.sharekit.invalid"
