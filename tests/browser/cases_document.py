# ruff: noqa: E501 - a case reads best on one line
"""Documents for the oracle: what selectors reach, and what HTML can look like."""

from browser.cases_cascade import BODY, page

CASES = {
    "is, where, not": page(":is(h1,p.a){color:red} :where(#second){color:blue} p:not(.a, #x){margin:2px} :is(#none, p){padding:1px} p{padding:9px}"),
    "has": page("p:has(a){color:red} div:has(> h1) b{color:blue} h1:has(+ p){margin:3px} li:has(~ .last){color:lime}"),
    "nth": page(
        "li:nth-child(odd){color:red} li:nth-child(2n+2 of .odd, .last){margin:4px} td:nth-child(even){background:#eee} li:nth-last-child(-n+2){padding:3px}"
        " p:first-of-type{color:blue} p:last-of-type{color:teal} p:nth-of-type(2){margin:1px} :root{font-size:17px} li:only-child{color:lime}"
    ),
    "siblings and children": page("h1 + p{color:red} h1 ~ p{margin:3px} div > b{color:blue} p > b{color:green} ul>li+li{padding:2px} body>*{letter-spacing:1px}"),
    "attributes": page(
        '[href^="https"]{color:red} [class$=last]{margin:3px} [id*=con]{padding:2px} [class|=odd]{color:blue} td[align=RIGHT]{color:lime} [CLASS=title]{color:teal} [class="TITLE" i]{margin:8px}'
    ),
    "stars": page("*{box-sizing:border-box;margin:0} ul *{color:red} .card > *{padding:1px} *.a{color:blue}"),
    "escapes and unicode": page(
        r".\31 0{color:red} .sm\:wide{color:blue} #a\.b{margin:3px} .été{color:green} .\1F600{padding:2px} .日本{margin:7px}",
        '<p class="10">1</p><p class="sm:wide">2</p><p id="a.b" class="été">3</p><p class="😀 日本">4</p>',
    ),
    "uppercase": page("P{COLOR:RED} .Title{color:blue} .title{margin:4px} DIV > P.a{Padding:2px}").replace("<p class", "<P CLASS").replace("<b ", "<B STYLE='Margin:3px' "),
    "pseudo-elements": page("p::before{content:'x';color:red} p:after{content:'y'} li::marker{color:red} p{color:blue} p::first-line{color:lime} a::-webkit-x{color:red}"),
    "forms": page("input:enabled{color:red} input:disabled{margin:3px} :checked{padding:2px} input:required{color:blue} input{color:green}", "<input><input disabled><input type=checkbox checked><input required>"),
    "lang and empty": page(":lang(fr){color:red} p:empty{margin:9px} p:lang(en-GB){padding:1px}", '<div lang="fr-CA"><p>a</p><p></p><p><!-- c --></p></div><p lang=en-GB> </p>'),
    "no doctype, no head, quirks": "<style>.Foo{color:red} #BAR{margin:3px} p{padding:1px}</style><p class=foo>1<p id=bar>2<table><tr><td>x</table>",
    "a tbody of the parser's": "<!doctype html><table><tr><td>1<td>2<tr><td>3</table><style>table>tr>td{color:red} tbody{color:blue} tbody>tr:nth-child(2){margin:1px;padding:2px} tbody td{margin:3px}</style>",
    "a tbody under a media query": page("tbody{color:red} @media (max-width:480px){tbody{color:blue} td{padding:0}} td{padding:9px}"),
    "tags left open, tags crossed": "<!doctype html><style>p b{color:red} b{margin:2px} i{color:blue} div b i{padding:1px}</style><body><p><b>1<p>2</b>3<i>4<div>5</i>6<b>7<p>8</div>9",
    "style in the body": '<!doctype html><p>0</p><style>p{color:red} p:first-child{margin:9px} style + p{padding:3px}</style><p>1</p><div><style>b{color:blue} @media(max-width:480px){p:nth-child(3){color:lime} div>b:nth-child(2){color:red}}</style><b>2</b></div>',
    "xhtml": '<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">\n<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title><style type="text/css">/*<![CDATA[*/ p{color:red} .A{color:blue} img{border:0;padding:1px} /*]]>*/</style></head><body><p class="a">x<br />y</p><img src="x.png" alt="" /></body></html>',
    "html 4 quirks": '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN"><html><head><style>.A{color:red} td{font-size:20px}</style><body class=a><table><tr><td>x</table>',
    "mso comments": '<!doctype html><head><!--[if mso]><style>p{color:lime}</style><xml><o:x/></xml><![endif]--><style>p{color:red} td{padding:3px}</style></head><body><!--[if mso]><table><tr><td><![endif]--><p>1</p><![if !mso]><p>2</p><![endif]><!--[if !mso]><!--><p>3</p><!--<![endif]--><!--[if mso]></td></tr></table><![endif]-->',
    "entities": page("p{color:red;font-family:'A & B',serif} .é{margin:3px}", '<p class="&eacute;" title="a &quot;b&quot; &amp;amp;">1 &lt; 2 &nbsp; &copy; *|UNSUB|* {{ x }}</p><p style="font-family:&quot;X Y&quot;, serif" class="é">2</p>'),
    "style attributes odd and broken": page(
        "p{color:red;margin:4px}",
        """<p style="color">1</p><p style="color:blue;;margin">2</p><p style='background:url("x;y.png");color:green'>3</p><p style=padding:2px>4</p><p style="">5</p><p style="color:blue" style="color:lime">6</p><p style="/*c*/color:/**/teal">7</p>""",
    ),
    "template, noscript, svg": page(
        "p{color:red} svg{fill:blue} circle{stroke:red} text{font-size:9px} template{color:lime}",
        "<template><p>in</p><style>p{color:lime}</style></template><svg viewBox='0 0 9 9'><style>circle{fill:lime}</style><title>t</title><circle r=3 fill=red /><text>x</text></svg><p>after</p>",
    ),
    "o:p and other strangers": page("p{color:red} o\\:p{color:blue} my-card{display:block;margin:3px}", "<p>1<o:p>2</o:p></p><my-card>3</my-card><font color=red size=5>4</font>"),
    "raw text": page("p{color:red} textarea{color:blue} title{color:lime}", "<textarea><p>no</p></textarea><script>var x = '<p>no</p>';</script><xmp><p></xmp><p>yes</p><!-- <p> --><!--> <p>2</p>"),
    "attributes without quotes": page("p{color:red} a{color:blue} br{margin:1px}", "<p class=a id=x>1</p><a href=https://x.example/a/>2</a><br/><p title='a>b' class=\"q\">3</p><img alt=\"'\" src='\"'>"),
    "type attributes": '<!doctype html><style type="text/css">p{color:red}</style><style type="text/less">p{color:lime}</style><style type="">p{margin:3px}</style><style>p{padding:1px}</style><p>1',
    "presentation attributes": page("td{color:red;text-align:left} table{width:200px} img{border:0;height:auto}", '<table width=300 align=center bgcolor="#eeeeee" border=1 cellpadding=7><tr><td align=center width=50 valign=bottom>1</td></tr></table><img width=20 height=10 hspace=4 src=x>'),
    "headings and foster parents": page("div{color:red} td div{color:blue} table{color:green} section h1{margin:5px}", "<table><div>out</div><tr><td><div>in</div></td></tr></table><section><h1>x</h1></section>"),
    "frames of words only": "<style>body{color:red;margin:3px} html{font-size:20px}</style>Hello <b>there</b>",
    "a paragraph from nothing": page("p{color:red} br{margin:2px} div > p{padding:3px}", "<div>x</p>y</br>z</div>"),
    "two bodies, two heads": "<!doctype html><html><head><style>body{margin:9px} .x{color:red} .y{padding:2px}</style></head><body class=x><p>1<body class=y id=z><html lang=fr><p>2",
    "class attribute selectors and marks": page('[class="n"]{margin:2px} p{color:red!important} @media (max-width:480px){p{color:blue} [class="n"]{margin:0}}', '<p class="n" style="color:green;margin:7px">1</p><p>2</p>'),
    "crlf": page("p{color:red}\r\n\r\n@media (max-width:480px){\r\n p{color:blue}\r\n}\r\n.a{margin:3px}\r\n"),
    "deep": page("div{color:red} div div div{margin:1px}", "<div>" * 120 + "x" + "</div>" * 120),
    "the default example": page("body{margin:0} p{line-height:1.6;margin:0 0 16px 0} @media (prefers-color-scheme:dark){body{background:#111!important} p,li{color:#eee!important}} p{color:#222}") + BODY,
}  # fmt: skip
