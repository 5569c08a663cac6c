"""A list of one's own: the subscribers, and the letters that are sent to them over SMTP.

One letter's way: ``mailing`` freezes who gets it, ``queue`` hands the recipients out, ``sender`` sends to them, over a
``connection``, what ``letter`` made theirs.
"""
