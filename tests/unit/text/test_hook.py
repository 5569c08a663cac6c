"""The words that draw a reader in are the author's, and never a frame around them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from sharekit.model import Post
from sharekit.text.article import read_article
from sharekit.text.hook import description, openings, story, summary
from sharekit.text.scoring import ENOUGH, has_leftovers
from sharekit.text.scoring import says_nothing as is_empty
from sharekit.text.vocabulary import lowered, vocabulary
from sharekit.text.words import words

POINT = "Un tour à bois tient dans deux mètres carrés, et il se règle en dix minutes."
MORE = "Les gouges coûtent plus cher que le tour, et elles durent toute une vie."


def says_nothing(sentence: str, language: str) -> bool:
    return is_empty(lowered(sentence), words(sentence), vocabulary(language))


def post(body: str, *, title: str = "Le tour", language: str = "fr", **more: Any) -> Post:
    published = datetime(2026, 11, 24, tzinfo=UTC)
    values: dict[str, Any] = {"id": "a", "url": "https://blog.example/a/", "title": title, "published": published}
    return Post(**values, body=lambda: body, language=language, **more)


def first(body: str, **more: Any) -> str:
    passages = story(post(body, **more)).passages
    return " ".join(passages[0]) if passages else ""


@pytest.mark.parametrize(
    "before",
    [
        "<p>Bonjour à tous et bienvenue sur ce blog consacré au bois tourné !</p>",
        "<p>Dans cet article, nous allons voir comment on choisit un tour à bois.</p>",
        "<p>Ce billet fait partie d'une série de 3 articles :</p><ul><li>Le tour</li><li>Les gouges</li></ul>",
        "<p>La dernière fois, nous avions parlé des gouges et de leur affûtage.</p>",
        "<blockquote><p>Le bois n'oublie rien de ce que l'on lui fait subir, dit-on.</p></blockquote>",
        "<pre><code>tourner(bois, vitesse=1200) et recommencer autant que possible</code></pre>",
        "<div class='toc'><p>Sommaire des quatre parties de la page qui suit</p></div>",
        "<p>{% include intro.html avec='un long texte de gabarit qui reste' %}</p>",
        "<figure><img src=a.png><figcaption>Le tour à bois de mon grand-père, en 1950, dans sa cave.</figcaption></figure>",
        "<p>Voici ce que vous allez apprendre dans les prochaines minutes :</p>",
        "<h2>Un titre assez long pour passer pour une phrase entière</h2>",
    ],
)
def test_what_stands_before_the_point_is_passed_over(before: str) -> None:
    assert first(f"{before}<p>{POINT} {MORE}</p>").startswith(POINT)


@pytest.mark.parametrize(
    ("language", "empty", "said"),
    [
        ("en", "In this post, I will show you how a lathe is set up.", "A lathe fits into two square metres of any cellar."),
        (
            "de",
            "In diesem Artikel geht es um die Drechselbank und ihr Zubehör.",
            "Eine Drechselbank braucht nur zwei Quadratmeter.",
        ),
        (
            "es",
            "En este artículo vamos a ver cómo se elige un torno de madera.",
            "Un torno de madera cabe en dos metros cuadrados.",
        ),
        (
            "pt",
            "Neste artigo vamos ver como se escolhe um torno de madeira.",
            "Um torno de madeira cabe em dois metros quadrados.",
        ),
        (
            "fr",
            "Dans ce billet je vais vous présenter le tour à bois de mes rêves.",
            "Un tour à bois tient dans deux mètres carrés.",
        ),
    ],
)
def test_five_languages_know_their_frames(language: str, empty: str, said: str) -> None:
    assert says_nothing(empty, language)
    assert not says_nothing(said, language)
    assert first(f"<p>{empty}</p><p>{said}</p>", language=language) == said


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "La première est là."),
        ("en", "The second part is already here."),
        ("de", "Der erste Teil findet sich im Archiv."),
        ("es", "La primera parte está aquí."),
    ],
)
def test_a_sentence_that_leads_to_another_part_says_nothing(language: str, text: str) -> None:
    assert says_nothing(text, language)
    assert not says_nothing("La première scie coupe en tirant.", "fr")


def test_words_with_an_at_sign_are_prose() -> None:
    assert not has_leftovers("The @media rule, @cached_property and @RestController save ten lines.")
    assert has_leftovers("Type a @ b $ c ~ d to go on.")


def test_a_language_that_is_not_known_falls_back_to_its_opening() -> None:
    one, two = "Sorvaaminen on mukavaa ja rauhoittavaa puuhaa illalla.", "Toinen virke kertoo enemmän sorvista ja puusta."
    assert first(f"<p>{one}</p><p>{two}</p>", language="fi").startswith(one)


def test_what_leans_on_the_sentence_before_opens_nothing() -> None:
    body = f"<p>Elle est là depuis toujours, et personne ne sait pourquoi elle y est restée.</p><p>{POINT}</p>"
    assert first(body) == POINT


def test_what_counts_among_those_before_does_not_open() -> None:
    opening = "A plane needs three things before it cuts: a flat sole, a sharp iron and a mouth that is open just enough."
    assert first(f"<p>{opening} I found two of them in an hour, and the third took a week.</p>", language="en").startswith(
        opening
    )
    for language, leaning in (
        ("fr", "L'un d'entre eux m'a coûté cher."),
        ("de", "Zwei von ihnen kosteten mehr."),
        ("es", "Dos de ellas se rompieron."),
        ("pt", "Um deles quebrou."),
    ):
        assert vocabulary(language).back.are_in(lowered(leaning), words(leaning)), language


@pytest.mark.parametrize("label", ["TL;DR: ", "<strong>tl;dr</strong> ", "TL;DR — "])
def test_the_author_s_summary_is_shown_without_its_label(label: str) -> None:
    assert first(f"<p>{label}{POINT}</p><p>Il pleut depuis hier, et le marchand ne vient pas.</p>").startswith(POINT)


@pytest.mark.parametrize(
    ("language", "disclosure"),
    [
        ("en", "As an Amazon Associate I earn from qualifying purchases."),
        ("en", "This page has affiliate links, and we may earn a few cents from each of them."),
        ("fr", "Les liens affiliés rapportent quelques centimes, sans surcoût pour vous."),
        ("de", "Mit * markiert sind Affiliate-Links, für die es eine kleine Provision gibt."),
        ("es", "Los enlaces de afiliados nos dan unos céntimos por cada compra."),
        ("pt", "Os links de afiliados rendem alguns centavos em cada compra."),
    ],
)
def test_a_disclosure_says_nothing(language: str, disclosure: str) -> None:
    assert says_nothing(disclosure, language)


def test_a_short_sentence_is_not_left_alone() -> None:
    said = first("<p>Ce matin je suis arrivé tard. Le marchand tournait un bol en poirier. Trois bols sèchent.</p>")
    assert said == "Ce matin je suis arrivé tard. Le marchand tournait un bol en poirier. Trois bols sèchent."
    assert len(first(f"<p>Il pleut.</p><p>Du bois sec.</p><p>{POINT}</p>")) >= ENOUGH


def test_the_description_comes_first_and_the_article_after_it() -> None:
    found = story(
        post(f"<p>{POINT}</p>", params={"description": "Choisir un tour quand on n'a qu'une cave et peu de temps."})
    )
    assert found.own_words
    assert found.passages[0] == ("Choisir un tour quand on n'a qu'une cave et peu de temps.",)
    assert found.passages[1] == (POINT,)


@pytest.mark.parametrize(
    "given",
    ["Le tour", "{{ page.intro }} et la suite du texte de la page", "Un tour à bois tient dans deux mètres carrés, et il…"],
)
def test_a_description_that_says_nothing_gives_way(given: str) -> None:
    assert first(f"<p>{POINT}</p>", params={"description": given}, summary=given) == POINT


def test_a_summary_that_a_generator_cut_from_the_page_is_no_description() -> None:
    body = f"<h2>Un</h2><p>{POINT}</p><h2>Deux</h2><p>{MORE}</p>"
    found = story(post(body, summary=f"Un {POINT} Deux {MORE[:20]}"))
    assert not found.own_words
    assert found.passages[0] == (POINT,)


def test_neither_is_one_that_begins_with_a_quotation() -> None:
    said = "Qui scie trop vite scie deux fois, dit mon voisin. — Anna"
    body = f"<blockquote><p>{said}</p></blockquote><p>{POINT}</p><pre>scie --vite</pre>"
    assert not story(post(body, summary=f"{said} {POINT} scie --vite")).own_words


def test_no_sentence_is_in_two_passages() -> None:
    passages = story(post(f"<p>{POINT}</p><h2>Plus</h2><p>{MORE}</p><p>{POINT}</p>")).passages
    said = [sentence for passage in passages for sentence in passage]
    assert len(said) == len(set(said)) == 2


@pytest.mark.parametrize("body", ["", "<pre>code()</pre>", "<p></p>", "<ul><li>Un</li><li>Deux</li></ul>", "<p>{{ x }}</p>"])
def test_an_article_that_says_nothing_offers_nothing(body: str) -> None:
    assert story(post(body)).passages == ()
    assert description(story(post(body)), 200) == ""


def test_a_link_list_is_told_by_its_items() -> None:
    item = "Rabotier : un forum où l'on apprend à régler un fer sans se couper."
    assert first(f"<ul><li>{item}</li><li>Court</li></ul>") == item


def test_a_card_is_described_by_whole_sentences() -> None:
    body = f"<h2>Titre</h2><p>{POINT} {MORE}</p>"
    assert description(story(post(body)), 200) == f"{POINT} {MORE}"
    assert description(story(post(body)), 100) == POINT


@pytest.mark.parametrize(
    "text",
    [
        "Un **gras** oublié",
        "Une note[^1] en bas",
        "[lien](/a/) ici",
        "Voir https://a.example/ pour tout",
        "{{< figure >}} là",
        "a &amp; b",
    ],
)
def test_leftovers_are_found(text: str) -> None:
    assert has_leftovers(text)


def test_marks_of_notes_and_exponents() -> None:
    html = "<p>Il faut 10<sup>6</sup> copeaux<sup><a href='#fn1'>1</a></sup> pour remplir un sac de cette taille-là.</p>"
    assert first(html) == "Il faut 10⁶ copeaux pour remplir un sac de cette taille-là."


def test_headings_are_topics_where_there_are_several() -> None:
    headings = (
        "Slides",
        "Pour conclure",
        "Le réseau électrique #",
        "Bonjour !",
        "Les <em>trois</em> capteurs ¶",
        "Un boîtier étanche",
    )
    body = "".join(f"<h2>{heading}</h2>" for heading in headings)
    assert story(post(body)).topics == ("Le réseau électrique", "Les trois capteurs", "Un boîtier étanche")
    assert story(post("<h2>Le réseau électrique</h2><h2>Slides</h2>")).topics == ()


@pytest.mark.parametrize(
    ("language", "empty"),
    [
        ("en", "The solution(s)"),
        ("en", "Fin"),
        ("en", "Update 2026-11-29"),
        ("fr", "Le problème"),
        ("de", "Die Lösung"),
        ("es", "El problema"),
        ("pt", "A solução"),
    ],
)
def test_a_heading_that_any_article_may_have_is_no_topic(language: str, empty: str) -> None:
    body = "".join(f"<h2>{heading}</h2>" for heading in ("Gate 1 closes", empty, "Gate 2 closes", "Gate 3 closes"))
    assert story(post(body, language=language)).topics == ("Gate 1 closes", "Gate 2 closes", "Gate 3 closes")


def test_beside_the_authors_words_only_the_opening_is_read_where_nothing_more_is_wanted() -> None:
    body = "<p>Bonjour !</p>" * 3 + f"<p>{POINT}</p>"
    described = post(body, params={"description": "On tourne, on ponce, on huile, et rien ne fend."})
    assert len(story(described, most=2).passages) == 1
    assert [each[0] for each in story(described, most=4).passages][1:] == [POINT]
    # Without them, all of it is.
    assert story(post(body), most=2).passages[0][0] == POINT


def test_an_article_of_nothing_but_code_has_no_words_for_itself() -> None:
    offer = story(post("<pre><code>rm -rf build/\n</code></pre>", summary="rm -rf build/"))
    assert (offer.passages, offer.own_words) == ((), False)


def test_a_feed_keeps_the_summary_that_the_author_wrote_and_no_other() -> None:
    body = f"<h2>Un</h2><p>{POINT}</p>"
    assert summary(post(body, summary="Vec<T> & Cie"), 500, html=body) == "Vec<T> & Cie"
    assert summary(post(body, summary=f"Un {POINT}"), 500, html=body) == POINT


def test_one_sentence_that_is_too_long_for_a_card_is_cut_after_a_word() -> None:
    long = "Un tour " + "très " * 60 + "lourd tient dans la cave."
    found = description(story(post("", params={"description": long})), 100)
    assert found.startswith("Un tour très")
    assert found.endswith("…")
    assert len(found) <= 100


def test_what_is_no_sentence_is_not_said() -> None:
    link = "Atelier - Comment régler un rabot en bois de cormier"
    assert first(f"<p>{link}</p><p>{POINT}</p>") == POINT
    assert first(f"<p>{POINT}</p><p>Revenons à nos moutons, et d'abord au tour à bois.</p>") == POINT


STEPS = "".join(
    f"<p>Un tour à bois de {size} cm se pose au mur. Quatre vis le tiennent.</p><pre>poser({size})</pre>"
    for size in range(20, 40)
)


def test_the_steps_of_a_long_tutorial_are_no_later_share() -> None:
    opening = f"<p>{POINT} {MORE}</p>" + "<p>Bonjour !</p>" * 8
    assert story(post(opening + STEPS.replace("pre", "b"))).strong == 2
    shown = story(post(opening + STEPS))
    assert shown.passages[0] == (POINT, MORE)
    assert shown.strong == 1


def test_what_somebody_else_said_and_labels_open_nothing() -> None:
    quote = "“Un tour à bois ne ment jamais à celui qui l’écoute.” — Ada Lovelace, tourneuse sur bois."
    assert first(f"<p>{quote}</p><p>Le tour. {POINT}</p>") == POINT


def test_an_aside_in_brackets_opens_nothing() -> None:
    assert first(f"<p>(Le tour à bois fut sauvé de la benne, un soir de mai 2024.)</p><p>{POINT}</p>") == POINT


def test_where_nothing_stands_alone_the_opening_is_said_beside_the_title() -> None:
    body = "<p>Cela tient dans deux mètres carrés, et cela se règle en dix minutes.</p>"
    assert first(body) == "Cela tient dans deux mètres carrés, et cela se règle en dix minutes."
    assert story(post(body)).strong == 1


@pytest.mark.parametrize(
    ("language", "sentence", "nothing"),
    [
        ("en", "So here is the short version.", True),
        ("en", "Nobody here cuts oak by hand.", False),
        ("es", "Podéis ver las sierras del taller aquí.", True),
        ("es", "Basta con cambiar el código de arriba.", True),
        ("es", "Veremos cómo se afila una sierra.", True),
        ("en", "You have seen how a saw is set.", True),
        ("en", "You have a saw, and it is set.", False),
        ("pt", "Como vocês sabem, a serra canta.", True),
        ("fr", "Vous avez vu la scie.", True),
        ("fr", "Nous allons poser la scie au mur.", True),
        ("es", "Vamos a afilar la sierra.", True),
        ("es", "Para saber cómo se afila, visita el taller.", True),
        ("es", "Para afilar una sierra basta una lima.", False),
        ("de", "Hier sehen wir die Sägen, die am Haken hängen.", True),
        ("de", "An der Kante ist zu erkennen, dass die Säge läuft.", True),
        ("de", "Daher sehen wir die Säge als Werkzeug an.", False),
    ],
)
def test_what_leads_to_the_article_says_nothing(language: str, sentence: str, nothing: bool) -> None:
    assert says_nothing(sentence, language) is nothing


@pytest.mark.parametrize(
    ("language", "notice"),
    [
        ("fr", "Mis à jour le 3 mars 2026 : ajout des chiffres."),
        ("de", "Aktualisiert am 3. März 2026: Zahlen ergänzt und geprüft."),
        ("es", "Actualizado el 3 de marzo de 2026: se añaden las cifras."),
        ("en", "Updated on March 3, 2026: added the figures of last week."),
    ],
)
def test_a_notice_that_the_article_was_changed_is_no_hook(language: str, notice: str) -> None:
    assert first(f"<p><em>{notice}</em></p><p>{POINT}</p>", language=language) == POINT


def test_an_article_of_short_sentences_says_them_together() -> None:
    body = "<h2>Une</h2><p>La gouge d'abord.</p><h2>Deux</h2><p>Le mandrin ensuite.</p><h2>Trois</h2><p>La cire enfin.</p>"
    assert (
        description(story(post(body, title="Tourner un bol")), 300) == "La gouge d'abord. Le mandrin ensuite. La cire enfin."
    )


def test_an_opening_may_begin_with_an_emoji() -> None:
    assert first(f"<p>🎉 {POINT}</p><p>{MORE}</p>").startswith(f"🎉 {POINT}")


def test_links_behind_an_emoji_each_are_no_opening() -> None:
    links = "🔗 Le tour à bois de Marc Leroy 🔗 Ses plans sur le site du club 🔗 La vidéo de la démonstration."
    assert first(f"<p>{links}</p><p>{POINT}</p>") == POINT


def test_boilerplate_is_known_though_a_word_of_it_changes() -> None:
    every = "Every {} weeks, we sharpen the saws of the workshop as part of a promise to those who rent a bench."
    said = openings(read_article(f"<p>{every.format('six')}</p>"))
    point = "A new saw for dovetails cuts at a third of the force, for its teeth are filed at two angles."
    offer = story(post(f"<p>{every.format('four')}</p><p>{point}</p>", language="en"), said=said)
    assert offer.passages == ((point,),)


@pytest.mark.parametrize(
    ("language", "opening"),
    [
        ("en", "A few years ago I bought a lathe that nobody wanted, and I have used it every day."),
        ("en", "Last year my workshop had one lathe, and now three people wait for it each Saturday."),
        ("en", "My website about lathes has been read by more people in May than in all of last year."),
        ("en", "In good years a lathe brings somewhere between $10,000 and $15,000 to the workshop."),
        ("en", "Thanks to a new bearing, the lathe turns at twice the speed and hardly makes a sound."),
        ("en", "I wrote a small program that tells the lathe how deep it may cut into each kind of wood."),
        ("en", "My neighbour keeps his lathe with the rest of the tools, and it is used by the whole village."),
        ("fr", "Il y a quelques années, j'ai acheté un tour à bois dont personne ne voulait."),
        ("de", "Vor einiger Zeit habe ich eine Drechselbank gekauft, die niemand haben wollte."),
        ("es", "Hace un tiempo compré un torno de madera que nadie quería, y lo uso cada día."),
        ("pt", "Há algum tempo comprei um torno de madeira que ninguém queria, e uso todo dia."),
    ],
)
def test_an_opening_that_only_looks_like_words_about_the_article_is_kept(language: str, opening: str) -> None:
    assert not says_nothing(opening, language)
    assert first(f"<p>{opening}</p><p>{POINT}</p>", language=language).startswith(opening)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "This is not an article for those who turn bowls."),
        ("en", "Have a look at the plan of the lathe."),
        ("en", "We talked about gouges on the second day."),
        ("en", "In my first long post we set up the lathe."),
        ("en", "The lathe was built for the."),
        ("en", "Keep turning!"),
        ("fr", "Vous pouvez retrouver les plans du tour sur le site."),
        ("fr", "Retrouvez les plans du tour sur le site."),
        ("de", "Der Artikel von Jan geht noch viel weiter."),
        ("de", "Ich hoffe, mein Beitrag hat geholfen."),
        ("es", "Puedes descargar los planos del torno en la web."),
        ("pt", "Deixe a sua dúvida nos comentários da página."),
    ],
)
def test_what_speaks_of_the_article_or_sends_elsewhere_says_nothing(language: str, sentence: str) -> None:
    assert says_nothing(sentence, language)


@pytest.mark.parametrize(
    "middle",
    [
        "On these lathes the tool rest of the maker from Basel is 3 cm too high for a bowl.",
        "Once the lathe from Basel stands on its 4 feet, you can bolt it to the floor.",
        "You'll need to grind the 3 gouges of the lathe from Basel before they cut.",
        "Two of them turn at 1200 rpm, and the lathe from Basel at no more than 800.",
    ],
)
def test_a_step_or_a_reference_opens_nothing_below_the_opening(middle: str) -> None:
    opening = "".join(f"<p>A lathe of number {number} costs less than its {number} gouges do.</p>" for number in (1, 2, 3))
    offer = story(post(f"{opening}<p>{middle}</p>" + "<p>Oak is hard and dry.</p>" * 4, title="The lathe", language="en"))
    assert not any(passage[0] == middle for passage in offer.passages)


@pytest.mark.parametrize(
    "sentence", ["The mill is old and it stands.", "The mill of the village stands still in each winter."]
)
def test_a_sentence_that_an_article_repeats_is_said_once(sentence: str) -> None:
    said = first(f"<p>{' '.join([sentence] * 9)}</p>" * 40, title="Water", language="en")
    assert said == sentence


def test_an_answer_of_an_interview_is_shown_without_its_sign() -> None:
    answer = "A blade with teeth that are set left and right, so that it runs free in hard wood."
    assert first(f"<p>Q: What is it?</p><p>A: {answer}</p>", title="Ten questions", language="en").endswith(answer)


def test_an_item_that_begins_with_its_label_is_no_reminder() -> None:
    items = "<ul><li>Gouges. They cost more than the lathe does, and they last for a whole life of turning.</li></ul>"
    offer = story(post(f"<p>A lathe fits into two square metres of any cellar.</p>{items}", title="Wood", language="en"))
    assert offer.strong == 1


def test_what_opens_earlier_posts_too_is_no_hook() -> None:
    every = "Chaque mardi, l'atelier ouvre le tour à bois numéro {} à qui veut apprendre à s'en servir."
    said = openings(read_article(f"<p>{every.format(1)}</p><p>Autre chose.</p>"))
    body = f"<p>{every.format(2)}</p><p>{POINT} {MORE}</p>"
    offer = story(post(body), said=said)
    assert offer.passages[0] == (POINT, MORE)
    assert not any("mardi" in sentence for passage in offer.passages for sentence in passage)
    # The same article again has nothing else to say.
    assert story(post(body), said=openings(read_article(body))).passages == story(post(body)).passages


def test_an_author_would_begin_with_the_opening_where_it_says_nearly_as_much() -> None:
    later = "Un tour à bois de 1950 pèse 300 kg, et celui de Ravenne en pèse 80, moteur compris."
    assert first(f"<p>{POINT}</p><p>{later}</p>").startswith(POINT)


def test_where_nothing_stands_alone_the_beginning_is_shown_and_nothing_else() -> None:
    offer = story(
        post("<p>Elle arrive demain, et personne ici n'y croyait plus vraiment.</p><p>Donc on attend encore un peu.</p>")
    )
    assert offer.strong == 1
    assert offer.passages[0][0].startswith("Elle arrive demain")


def test_a_sentence_that_leans_is_passed_over_where_another_stands_alone() -> None:
    after = "Le menuisier range ses outils dans une caisse en chêne, sous la fenêtre."
    assert first(f"<p>Voici la suite :</p><p>Elle est donc là aussi, et on la garde comme ça.</p><p>{after}</p>") == after


@pytest.mark.parametrize(
    ("language", "leaning"),
    [
        ("en", "To mask the hole we use a second board and a lot of glue."),
        ("en", "While that's a fine joint, the second board does not hold."),
        ("en", "If we move the board again, the second one does not hold."),
        ("fr", "La réponse usuelle serait une scie plus fine, et plus chère."),
        ("es", "Desde allí llevó la madera hasta el taller, en un carro."),
        ("fr", "En tout cas, ce choix nous a coûté trois semaines de travail."),
        ("de", "Als drittes wird mit einer weiteren Leiste die Kante verleimt."),
        ("es", "Es similar al torno antiguo, con la diferencia de que pesa menos."),
        ("pt", "É parecido com o torno antigo, com a diferença de que pesa menos."),
    ],
)
def test_what_needs_the_sentence_before_it_is_no_reminder(language: str, leaning: str) -> None:
    known = vocabulary(language)
    low = lowered(leaning)
    assert known.leans.match(low) or known.steps.match(low)


def test_a_report_of_several_talks_has_a_reminder_for_what_broke() -> None:
    filler = "".join("<p>Je suis allé boire un café au bar avec des amis.</p>" for _ in range(12))
    broke = "Une clé oubliée sur le tour a cassé la vitre de l'atelier de Jeanne Vasseur au bout de deux secondes."
    told = "Marc Leroy, tourneur à Nantes, nous a raconté comment son tour a survécu à trois déménagements."
    offer = story(
        post(
            f"<p>{POINT} {MORE}</p>{filler}<p>{told}</p>{filler}<p>{broke}</p>{filler}",
            title="Récap du salon du tour, jour 1",
        )
    )
    assert offer.passages[0][0] == POINT
    assert [passage[0] for passage in offer.passages[1 : offer.strong]] == [broke]


def test_a_weaker_sentence_of_the_middle_is_not_begun_with() -> None:
    filler = "".join("<p>Je suis allé boire un café au bar avec des amis.</p>" for _ in range(12))
    weaker = "Léa Morin (Atelier du Lac) a voulu comparer le tour et la scie."
    best = "Le tour à bois de Marc Leroy tient dans 2 mètres carrés, coûte 300 euros et se règle en 10 minutes."
    passages = story(post(f"{filler}<p>{weaker}</p>{filler}<p>{best}</p>", title="Récap du salon du tour, jour 3")).passages
    assert passages[0][0] == best


@pytest.mark.parametrize(
    ("language", "sentence", "nothing"),
    [
        ("fr", "Une sauvegarde jamais relue n'en est pas une.", False),
        ("fr", "Un établi solide tient depuis dix ans ici.", False),
        ("fr", "Un bon rabot, il faut savoir compter avec.", False),
        ("fr", "Le code du rabot est ici.", True),
        ("fr", "On peut le télécharger ici.", True),
        ("fr", "Le rabot est fait de trois pièces, avec", True),
        ("en", "A cheap saw is what most workshops are made of.", False),
        ("en", "The old oak bench is still standing here.", False),
        ("en", "The source of the bench is available here.", True),
        ("en", "The bench is drawn below.", True),
        ("de", "Der alte Hobel steht seit zehn Jahren hier.", False),
        ("de", "Ein stumpfes Eisen reißt jede Faser aus, pass auf.", False),
        ("de", "Die Dateien gibt es hier.", True),
        ("es", "El banco viejo sigue en pie aquí.", False),
        ("es", "El código se puede descargar aquí.", True),
        ("pt", "O banco velho continua de pé aqui.", False),
        ("pt", "O código está disponível aqui.", True),
    ],
)
def test_a_last_word_is_held_against_what_the_sentence_says(language: str, sentence: str, nothing: bool) -> None:
    assert says_nothing(sentence, language) is nothing
