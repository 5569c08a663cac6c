"""A list of one's own: the subscribers, and the letters that are sent to them over SMTP.

One letter's way: ``mailing`` freezes who gets it, ``queue`` hands the recipients out, ``sender`` sends to them, over a
``connection``, what ``letter`` (and ``dkim``) made theirs; ``replies`` says what the server's answer means for them.
"""

from sharekit.list.addresses import Address, read_address
from sharekit.list.database import DEFAULT_URL, URL_VARIABLE, open_database
from sharekit.list.subscribers import Subscriber, Subscribers

__all__ = ["DEFAULT_URL", "URL_VARIABLE", "Address", "Subscriber", "Subscribers", "open_database", "read_address"]
