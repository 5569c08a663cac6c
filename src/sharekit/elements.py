"""Every element of HTML by what a browser makes of it: the one list that feeds, mail and text go by.

Sources: HTML Standard, "List of elements", 15.3 "Non-replaced elements" (which are blocks), 16.2 "Non-conforming
features" (what is obsolete), 13.1.2 (what is void). What is in none of the
sets is inline: an unknown element shows its words.
"""

from __future__ import annotations

from itertools import chain


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Never shown: neither the element nor what is in it. The last two act within a drawing.
HIDDEN = _names(
    "base basefont bgsound datalist frame frameset head link meta noembed noframes param script style template title"
)
HIDDEN_IN_DRAWINGS = _names("animate set")
# Shows what is elsewhere, or what a script draws. What is inside is for programs that cannot show it.
EMBEDDED = _names("applet audio canvas embed fencedframe iframe object portal video")
# A form and what it is made of. It works nowhere but on its page.
CONTROLS = _names("button form input keygen optgroup option select textarea")
# Begins on a line of its own and ends with one.
BLOCKS = _names(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure footer"
    " h1 h2 h3 h4 h5 h6 header hgroup hr html legend li listing main marquee menu multicol nav ol optgroup option p"
    " plaintext pre search section summary table tbody td tfoot th thead tr ul xmp form"
)
# Has no content and no end tag, which libxml2 does not know.
UNKNOWN_AS_VOID = ("embed", "source", "track", "wbr", "bgsound", "keygen")
INLINE = _names(
    "a abbr acronym area b bdi bdo big blink br cite code col colgroup data del dfn em font i img ins kbd label map mark"
    " math meter nobr noscript output picture progress q rb rp rt rtc ruby s samp selectedcontent slot small source"
    " spacer span strike strong sub sup svg time track tt u var wbr"
)
ALL = frozenset(chain(HIDDEN, EMBEDDED, CONTROLS, BLOCKS, INLINE))
