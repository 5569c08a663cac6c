"""When things go out: slots after publication, windows in the week, and one share per channel and window. Pure."""

from sharekit.schedule.acts import Act, When, in_order
from sharekit.schedule.slots import moments, offset
from sharekit.schedule.windows import Calendar, Windows, parse_quiet, parse_windows
from sharekit.schedule.wishes import Placed, Wish, place

__all__ = [
    "Act",
    "Calendar",
    "Placed",
    "When",
    "Windows",
    "Wish",
    "in_order",
    "moments",
    "offset",
    "parse_quiet",
    "parse_windows",
    "place",
]
