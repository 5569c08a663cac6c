# ruff: noqa: E501 - a case reads best on one line
"""Documents for the oracle: what is written wrong, or asks for what inlining itself changes."""

from browser.cases_cascade import BODY, page

CASES = {
    "a comma too many drops the whole rule": page(".a, .b, {color:red} p,,h1{margin:9px} ,a{color:lime} p{padding:2px}"),
    "lists that one selector makes invalid": page(
        ".a, p:has(:has(a)){color:red} .b, :nth-of-type(1 of p){margin:3px} h1, p::before:hover{padding:3px} ul, :lang(fr en){color:blue}"
        " li, [class=odd s]{margin:7px} table, :playing{padding:5px} p:nth-child(n+){color:teal} td{color:green}"
    ),
    "classes and ids of any case in quirks mode": "<style>.CARD#Top{color:red} .card:not(.WIDE){margin:3px} .Lead .x#y{padding:2px} [class=card]{margin:9px} p.LEAD{color:blue} .lead{color:green}</style>"
    "<div class='Card Wide' id=TOP><p class=lead>1 <b class=X id=Y>2</b></div><div class=CARD>3</div>",
    "selectors that ask for style attributes": page("[style]{margin:3px} p:not([style]){color:red} [style*=pad]{color:blue} .a{padding:1px}", "<p style='padding:2px'>1</p><p class=a>2</p><b>3</b>"),
    "revert-layer takes back all of its own layer": page(
        "p{color:red;margin-left:3px} .a{margin:9px;color:blue;text-align:center} .a.b{all:revert-layer;padding:2px} h1{margin-top:9px;margin:revert-layer}"
        " @layer low{b{color:lime}} b{color:teal;color:revert-layer}"
    ),
    "all in a style attribute": page("p{color:red;overflow-x:hidden} @media (max-width:480px){p{color:blue}}", '<p style="all:revert;margin:3px">1</p><p style="color:lime;all:unset">2</p>'),
    "an import that comes too late stays dead": page("p{color:red} @import url('data:text/css,p{color:lime}'); @namespace 'x'; .a{margin:3px} @media (max-width:480px){p{color:blue}}"),
    "a namespace that is not HTML's": page("@namespace 'http://www.w3.org/2000/svg'; p, *{color:red} a{margin:3px}") + "<style>@namespace url(http://www.w3.org/1999/xhtml); p{color:blue}</style>",
    "classes that are asked for whole, beside a style attribute": page(
        'td[class="n"]{padding:9px} div[class]{margin:3px} @media (max-width:480px){td[class="n"]{padding:1px!important} td{padding:2px} [class]{color:red} :not([class])>b{margin:4px}}',
        '<table><tr><td class="n" style="padding:5px">1</td><td style="padding:6px"><b>2</b></td></tr></table><div style="color:blue">3</div>',
    ),
    "important in a style attribute that a rule said again could beat": page(
        "@media (max-width:480px){.a{color:blue} b{margin:1px}} p{color:red} .b{color:green}", '<p class="b" style="color:teal!important">1</p><p class="a">2</p><p class="a b">3</p>'
    ),
    "enabled is for controls alone": page(".a:enabled{color:red} :disabled{margin:3px} input:enabled{padding:2px} a:enabled{color:lime}", '<a class=a href="https://x.example/">1</a><input class=a><input disabled><p disabled>2</p>'),
    "any namespace of an attribute, and a root of nesting": page("[*|href]{color:red} [|class]{margin:2px} & p{padding:3px} .b{& i, &{color:blue}}"),
    "a variable in quotes": page(""":root{--f:"A B", serif} p{font-family:var(--f)}""", """<p style="--g:'C D'">1</p><p>2</p>"""),
    "-webkit-any": page(":-webkit-any(p, .b){color:red} p:-webkit-any(.a){margin:3px} div :-moz-any(p){color:lime} :matches(p){color:lime}"),
    "sheets that were inlined before": page("p{color:red} @media (max-width:480px){p{color:blue}} .a{color:green}") + BODY,
}  # fmt: skip
