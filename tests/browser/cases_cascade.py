# ruff: noqa: E501 - a case reads best on one line
"""Documents for the oracle: what the cascade decides."""

BODY = """
<div id="top" class="card wide"><h1 class="title">One</h1><p class="a">first <b class="b">bold</b></p>
<p class="a b" id="second">second <a href="https://x.example/" class="link">link</a></p><p>third</p></div>
<ul class="list"><li class="odd">1</li><li>2</li><li class="odd last">3</li><li>4</li></ul>
<table width="300"><tr><td>1</td><td align="right">2</td></tr><tr><td>3</td><td>4</td></tr></table>
"""


def page(css: str, body: str = BODY, *, attributes: str = "") -> str:
    return (
        f"<!DOCTYPE html><html><head><meta charset=utf-8><style{attributes}>{css}</style></head><body>{body}</body></html>"
    )


CASES = {
    "specificity": page("#second{color:red} p.a.b{color:blue} p{color:green} .a{color:#123} div p{color:teal;margin:3px}"),
    "attribute selectors weigh like classes": page("[class]{color:red} p{color:blue} [class~=b]{margin:9px} .b{margin:1px}"),
    "the later of two that weigh the same": page(".a{color:red;margin:1px} .b{color:blue} .a{margin:2px}"),
    "important against an id": page("p{color:red!important} #second{color:blue} .b{color:green!important}"),
    "important, and a style attribute": page(
        "p{color:red!important;margin:5px} b{color:green}",
        '<p style="color:blue;margin:1px">x <b style="color:black !important">y</b></p>',
    ),
    "important in a media query and outside": page(
        "p{color:red!important} @media (max-width:480px){p{color:blue} .a{color:green!important}} #second{color:#777}"
    ),
    "a media rule that is not important": page(
        "p{color:red;margin:10px} @media (max-width:480px){p{color:blue;margin:0}} .a{color:green}"
    ),
    "a media rule between two rules": page(
        ".a{padding:1px;color:red} @media (prefers-color-scheme:dark){.a{color:white} p{color:silver}} .a.b{color:purple}"
    ),
    "a media rule and a style attribute": page(
        "@media (max-width:480px){p{color:blue} .x{color:green !important} .y{color:red!important}}",
        '<p style="color:red">1</p><p class=x style="color:red">2</p><p class=y style="color:teal!important">3</p>',
    ),
    "a media rule on a shorthand, the base on a longhand": page(
        ".card{margin-top:20px;border-left:3px solid red} @media (max-width:480px){div{margin:0;border:1px solid blue}}"
    ),
    "a media rule on a longhand, the base on a shorthand": page(
        ".card{margin:20px;font:20px/1.5 serif} @media (max-width:480px){.card{margin-left:1px} div{font-size:14px}}"
    ),
    "shorthand after longhand": page("p{margin-top:9px} p{margin:0} .a{margin:4px} .a{margin-left:7px}"),
    "longhands of a border": page(
        "td{border:1px solid red;border-bottom:0} tr td{border-color:blue} td+td{border-left-width:4px}"
    ),
    "the font shorthand resets the line": page("p{line-height:2;font-weight:bold} .a{font:italic 18px Georgia, serif}"),
    "duplicates with fallbacks": page(
        "p{background:red;background:linear-gradient(#fff,#000)} .a{color:red;color:unknown(1)} b{color:blue;color:rgb(1 2 3 / 50%)}"
    ),
    "malformed declarations": page(
        "p{color:red;color;;:blue;margin 4px;padding:3px;*zoom:1;background:#12345}.a{color:reddish;font-weight:bold;}"
    ),
    "broken sheet, the rest stands": page("p{color:red;} } .a{color:blue} p { margin: 4px; .b{padding:9px"),
    "a list with one bad selector is dropped": page("p, p::bogus{color:red} p, :unheard{color:blue} .a, b{margin:3px}"),
    "inherit, initial, unset, revert": page(
        "div{color:red;border:1px solid} p{color:inherit;border:inherit} .a{margin:initial;color:initial}"
        " h1{margin:unset;font-size:unset} b{font-weight:revert;color:unset} li{display:revert}"
    ),
    "all": page("p{color:red;margin:3px} .a{all:unset} #second{all:initial;color:blue} @media(max-width:480px){p{color:lime}}"),
    "layers": page(
        "@layer base, theme; @layer theme{p{color:blue}} @layer base{#second{color:red;margin:9px} p{padding:1px!important}}"
        " @layer theme{p{padding:2px!important}} p{margin:1px;padding:3px!important}"
    ),
    "layers in layers, and one without a name": page(
        "@layer a{p{color:red} @layer b{p{color:blue;margin:3px}}} @layer{p{margin:4px}} @layer a.b{p{padding:2px}} @layer{p{padding:1px}}"
    ),
    "revert-layer": page("@layer a{p{color:red}} @layer b{p{color:blue} .a{color:revert-layer}} p{margin:revert-layer}"),
    "layers in a media query": page(
        "@layer low{.a{color:red}} p{color:blue} @media (max-width:480px){@layer low{.a.b{color:green}} b{color:red}}"
    ),
    "variables and fallbacks": page(
        ":root{--main:red;--pad:4px;--deep:var(--main)} p{color:var(--deep);padding:var(--pad) var(--none, 9px)}"
        " .a{--main:blue;margin:var(--none)} b{color:var(--main);border:var(--pad) solid var(--main)} #second{color:var(--no, var(--no2))}"
    ),
    "a variable that comes to nonsense": page("p{color:red} .a{color:blue;color:var(--x)} :root{--x:20px} h1{margin:var(--loop)} h1{--loop:var(--loop)}"),
    "variables in the dark": page(
        ":root{--bg:#ffffff;--ink:#111111} body{background:var(--bg);color:var(--ink)} .card{border:1px solid var(--ink)} p{color:var(--ink)}"
        " .a{color:red} @media (prefers-color-scheme:dark){:root{--bg:#111111;--ink:#eeeeee}}"
    ),
    "variables in a style attribute": page(
        "p{color:var(--c, green)} @media (max-width:480px){p{margin:var(--m,2px)}}",
        '<p style="--c:red;--m:7px">1</p><p style="color:var(--c, teal)">2</p><div style="--c:blue"><p>3</p></div>',
    ),
    "supports": page("p{color:red} @supports (display:grid){p{color:blue} .card{display:grid}} @supports (foo:bar){p{color:lime}}"),
    "media in media in supports": page(
        "p{margin:1px} @supports (color:red){@media screen{@media (max-width:480px){p{margin:2px}} p{padding:3px}}} .a{margin:5px}"
    ),
    "media that always holds": page("@media screen{p{color:red}} @media all{.a{color:blue}} @media print{p{color:black}} p{margin:3px}"),
    "style media": page("p{color:red}", attributes=' media="(max-width: 480px)"')
    + "<style media=screen>p{margin:2px}</style><style media=print>p{margin:99px}</style><p>x",
    "nested rules": page(
        ".card{color:red; p{color:blue; &.b{margin:3px} b &{padding:9px}} & > ul, & + ul{margin:7px} color:green;"
        " @media (max-width:480px){color:lime; p{color:teal}} &:hover{color:black}}"
    ),
    "hover, focus, visited": page("a{color:red} a:hover{color:blue} a:link{margin:2px} a:visited{color:green} p:focus-within{color:red} a:not(:hover){padding:1px}"),
    "an ignored sheet stays": page("p{color:red}") + '<style data-premailer="ignore">.a{color:blue} b{margin:4px}</style>' + BODY,
    "ids in the sheet and heavy media": page("#top #second{color:red} #second{color:blue!important} @media (prefers-color-scheme:dark){p{color:#eee} #top p{margin:4px}} p{margin:1px}"),
    "font-face, import, keyframes": page(
        '@import url("none.css"); @font-face{font-family:X;src:url(data:font/woff2;base64,AA)} @keyframes k{to{color:red}} p{font-family:X, serif} @page{margin:1cm}'
    ),
    "logical and physical": page(".a{margin-left:3px;margin-inline-start:9px} p{padding-inline:4px;padding-left:1px} @media(max-width:480px){p{margin-inline:0}}"),
    "currentcolor and relative lengths": page("p{color:red;font-size:1.2em;border:.1em solid currentcolor} b{font-size:150%;padding:1ex;color:currentcolor}"),
    "url with quotes and data": page(
        """p{background:url("data:image/svg+xml;utf8,<svg xmlns='http://www.w3.org/2000/svg'/>") red;list-style:url(a\\)b.png)} b{background-image:url( 'x y.png' )} li{content:"\\201C"}"""
    ),
    "comments everywhere": page("/* a */ p /* b */ .b , .a{ color /* c */ : /* d */ red /* e */ ; /* margin:9px; */ padding: 1px /* f */ 2px } <!-- b{color:blue} -->"),
    "container and scope": page(".card{container-type:inline-size} @container (max-width:500px){p{color:red}} p{color:blue} @scope (.card){b{color:lime}}"),
}  # fmt: skip
