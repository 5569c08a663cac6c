"""What the cascade makes of the rules on one kind of element (https://drafts.csswg.org/css-cascade-5/#cascade-sort)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sharekit.issue.css.declarations import CERTAIN, Declaration, group, merged, parse_style
from sharekit.issue.css.variables import substitute, uses

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sharekit.issue.css.sheet import Rule

# Origin and importance, then layer: what decides before specificity does.
Band = tuple[int, tuple[int, ...]]
Weight = tuple[Band, tuple[int, int, int], int]
ATTRIBUTE: Band = (1, ())
IMPORTANT_ATTRIBUTE: Band = (3, ())
LAST = 10**9


@dataclass(frozen=True, slots=True)
class Situation:
    """What many elements share: the rules that hold (``fixed``), those that may, and their own style attribute."""

    fixed: tuple[Rule, ...]
    possible: tuple[Rule, ...]
    style: str


@dataclass(frozen=True, slots=True)
class Weighed:
    """A declaration with its place in the cascade. ``rule`` is None for the style attribute's own."""

    weight: Weight
    declaration: Declaration
    rule: Rule | None

    @property
    def band(self) -> Band:
        """Its weight without specificity and order."""
        return self.weight[0]


def band_of(rule: Rule, declaration: Declaration) -> Band:
    """Importance turns the order of the layers round."""
    return (2, tuple(-place for place in rule.layer)) if declaration.important else (0, rule.layer)


def weighed(rule: Rule) -> list[Weighed]:
    """The declarations of a rule."""
    return [Weighed((band_of(rule, each), rule.selector.specificity, rule.order), each, rule) for each in rule.declarations]


def base(situation: Situation) -> list[Weighed]:
    """All that holds without a condition, in rising precedence."""
    found = [each for rule in situation.fixed for each in weighed(rule)]
    for each in parse_style(situation.style) if situation.style else ():
        band = IMPORTANT_ATTRIBUTE if each.important else ATTRIBUTE
        found.append(Weighed((band, (0, 0, 0), LAST), each, None))
    return sorted(found, key=lambda each: each.weight)


def groups_set(situation: Situation) -> frozenset[str]:
    """The groups of properties that may change under a condition."""
    return frozenset(group(each.name) for rule in situation.possible for each in rule.declarations)


def style_of(
    situation: Situation, variables: Mapping[str, str], said_again: frozenset[str] = frozenset()
) -> list[Declaration]:
    """The declarations for the element's style attribute. ``said_again`` are the groups that the sheet has as important.

    ``!important`` is left only where a rule that stays in the sheet would else win over the attribute: Outlook drops
    a declaration that has it.
    """
    changing = groups_set(situation) | said_again
    made: list[tuple[Band, Declaration]] = []
    for each in base(situation):
        declaration = each.declaration
        if declaration.value.lower() == "revert-layer":
            made = [other for other in made if other[0] != each.band or not rolled_back(declaration, other[1])]
            continue
        contested = each.band == IMPORTANT_ATTRIBUTE and not changing.isdisjoint((group(declaration.name), "all", "*"))
        made += [(each.band, replace(one, important=contested)) for one in _resolved(declaration, variables)]
    return merged([declaration for _, declaration in made])


def rolled_back(reverting: Declaration, other: Declaration) -> bool:
    """Whether the value that a declaration gave is one that ``revert-layer`` takes back."""
    if reverting.name == "all":
        return not other.custom and other.name not in ("direction", "unicode-bidi")
    return other.name == reverting.name or other.name.startswith(f"{reverting.name}-")


def _resolved(declaration: Declaration, variables: Mapping[str, str]) -> list[Declaration]:
    if declaration.custom or not uses(declaration.value):
        return [declaration]
    # With a variable in it, a declaration always beats what came before; if it comes to nothing it is as good as unset.
    reset = replace(declaration, value="unset", certain=True)
    value = substitute(declaration.value, variables)
    if value is None or not value:
        return [reset]
    rule = CERTAIN.get(declaration.name)
    final = replace(declaration, value=value, certain=bool(rule and rule.match(value)))
    return [final] if final.certain else [reset, final]
