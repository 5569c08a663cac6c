"""The rules that must stay in the sheet, said so that they win or lose against style attributes as they did before.

A style attribute beats every normal rule of a sheet. So where a rule under a condition (a media query, ``:hover``) should
win, it is said again with ``!important``; and where it should lose to a rule that moved to the attributes, that rule is said
again too, so that inside the sheet the cascade decides as it did. What was important to begin with, or stood in a style
attribute, keeps its precedence through a higher specificity.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sharekit.issue.css.cascade import ATTRIBUTE, IMPORTANT_ATTRIBUTE, Band, Situation, Weighed, base, weighed
from sharekit.issue.css.declarations import group
from sharekit.issue.css.sheet import Rule, important_body
from sharekit.issue.css.variables import uses

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# Not a class: sheets ask for classes by [class="…"] too.
MARK = "data-sharekit"
# Matches every element that has not this id, and weighs as an id does.
HEAVIER = ":not(#_)"


@dataclass
class _Needs:
    """Groups of properties to say again, and those of which the fixed rules are needed too."""

    again: set[str] = field(default_factory=set)
    fixed: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Mend:
    """``css`` goes after all that stays; ``marks`` names the elements whose own style attribute takes part in it.

    ``groups`` are those of the properties in it, "*" for all: there, only what is important in a style attribute wins.
    """

    css: str
    marks: Mapping[Situation, str]
    groups: frozenset[str] = frozenset()


def mend(situations: Sequence[Situation], rules: Sequence[Rule], *, first: int = 1) -> Mend:
    """What must be said again so that nothing changes under any condition. Marks are numbered from ``first``."""
    whole = any(each.name == "all" for rule in rules for each in rule.declarations)
    whole = whole or any("all" in each.style.lower() for each in situations)
    view = _View(whole=whole, tainted=_tainted(rules))
    needs = _needs(situations, view)
    if not needs.again:
        return Mend("", {})
    chosen = _chosen(situations, view, needs)
    marks = {
        situation: str(number)
        for number, situation in enumerate(
            [each for each in situations if any(one.rule is None for one in chosen[each])], start=first
        )
    }
    return Mend(_written(chosen, marks), marks, frozenset(needs.again | needs.fixed))


@dataclass(frozen=True, slots=True)
class _View:
    whole: bool
    tainted: frozenset[str]

    def group(self, each: Weighed) -> str:
        # "all" resets every property but those that are custom.
        return "*" if self.whole and not each.declaration.custom else group(each.declaration.name)

    def changing(self, situation: Situation) -> list[Weighed]:
        """What may hold under a condition, and what holds with a variable that may change under one."""
        found = [each for rule in situation.possible for each in weighed(rule)]
        found += [each for each in base(situation) if not self.tainted.isdisjoint(uses(each.declaration.value))]
        return found


def _tainted(rules: Sequence[Rule]) -> frozenset[str]:
    """The variables whose value may change under a condition, through other variables too."""
    tainted = {each.name for rule in rules if not rule.fixed for each in rule.declarations if each.custom}
    fixed = [each for rule in rules if rule.fixed for each in rule.declarations if each.custom]
    while more := {each.name for each in fixed if not tainted.isdisjoint(uses(each.value))} - tainted:
        tainted |= more
    return frozenset(tainted)


def _needs(situations: Iterable[Situation], view: _View) -> _Needs:
    needs = _Needs()
    for situation in situations:
        changing = view.changing(situation)
        if not changing:
            continue
        settled: dict[str, list[Weighed]] = defaultdict(list)
        for each in base(situation):
            settled[view.group(each)].append(each)
        for each in changing:
            _compare(each, settled[view.group(each)], view, needs)
    return needs


def _compare(changing: Weighed, settled: Sequence[Weighed], view: _View, needs: _Needs) -> None:
    group_ = view.group(changing)
    moved = changing.rule is None or changing.rule.fixed
    if moved:
        needs.again.add(group_)
    for other in settled:
        if other == changing:
            continue
        wins = changing.weight > other.weight
        wins_now = changing.declaration.important and other.band != IMPORTANT_ATTRIBUTE
        if wins != wins_now and other.band != IMPORTANT_ATTRIBUTE:
            needs.again.add(group_)
        if not wins and other.band != IMPORTANT_ATTRIBUTE:
            needs.fixed.add(group_)


def _chosen(situations: Sequence[Situation], view: _View, needs: _Needs) -> dict[Situation, list[Weighed]]:
    """For each situation, the declarations of the groups in need that are said again."""
    chosen: dict[Situation, list[Weighed]] = {situation: [] for situation in situations}
    affected: set[tuple[Situation, str]] = set()
    for situation in situations:
        for each in view.changing(situation):
            group_ = view.group(each)
            if group_ in needs.again and each.band != IMPORTANT_ATTRIBUTE:
                chosen[situation].append(each)
                if group_ in needs.fixed:
                    affected.add((situation, group_))
    if affected:
        _add_rivals(chosen, affected, view, needs)
    return chosen


def _add_rivals(
    chosen: dict[Situation, list[Weighed]], affected: set[tuple[Situation, str]], view: _View, needs: _Needs
) -> None:
    """A fixed rule that is said again also reaches elements that no condition touches: there, its rivals must follow."""
    said: set[tuple[Rule, str]] = set()
    grown = True
    while grown:
        grown = False
        for situation in chosen:
            touched = {group_ for rule in situation.fixed for group_ in needs.fixed if (rule, group_) in said}
            for each in base(situation):
                group_ = view.group(each)
                involved = (situation, group_) in affected or group_ in touched
                if not involved or each.band == IMPORTANT_ATTRIBUTE or each in chosen[situation]:
                    continue
                chosen[situation].append(each)
                grown = True
                if each.rule is not None:
                    said.add((each.rule, group_))


def _written(chosen: Mapping[Situation, Sequence[Weighed]], marks: Mapping[Situation, str]) -> str:
    """Every rule once, in the order of the sheets, its declarations important and heavier by their band."""
    by_rule: dict[tuple[Rule, Band], list[Weighed]] = {}
    for each in dict.fromkeys(each for found in chosen.values() for each in found if each.rule is not None):
        if each.rule is not None:
            by_rule.setdefault((each.rule, each.band), []).append(each)
    own = {situation: [each for each in chosen[situation] if each.band == ATTRIBUTE] for situation in marks}
    bands = sorted({band for _, band in by_rule} | ({ATTRIBUTE} if any(own.values()) else set()))
    most = max((rule.selector.specificity[0] for rule, _ in by_rule), default=0) + 1
    weight = {band: HEAVIER * (number * most) for number, band in enumerate(bands)}
    lines: list[tuple[tuple[str, ...], str]] = []
    for (rule, band), found in sorted(by_rule.items(), key=lambda item: item[0][0].order):
        wanted = {each.declaration for each in found}
        declared = [each for each in rule.declarations if each in wanted]
        lines.append((rule.conditions, f"{_heavier(rule, weight[band])} {{ {important_body(declared)} }}"))
    for situation, found in own.items():
        declared = [each.declaration for each in found if each.declaration.value.lower() != "revert-layer"]
        lines.append(((), f'[{MARK}~="{marks[situation]}"]{weight[ATTRIBUTE]} {{ {important_body(declared)} }}'))
    return "\n".join(
        _wrapped(conditions, [text for _, text in run]) for conditions, run in itertools.groupby(lines, lambda e: e[0])
    )


def _heavier(rule: Rule, weight: str) -> str:
    return f"{rule.selector.text}{weight}"


def _wrapped(conditions: tuple[str, ...], lines: Iterable[str]) -> str:
    text = "\n".join(lines)
    for condition in reversed(conditions):
        text = f"{condition} {{\n{text}\n}}"
    return text
