"""The words of a return, by language: headings, statuses, what is asked, how to fill it in.

A language that is not here is answered in English. Adding one is adding an entry to WORDS; a test holds
every entry complete.
"""

from __future__ import annotations

from collections.abc import Mapping
from unicodedata import combining, normalize

from tracker.domain.controls import without_unseen
from tracker.domain.returns import Field, Question
from tracker.domain.vocabulary import Acceptance, Addressee, Axis, Implementation, Status, axis_of
from tracker.records import record


@record
class Words:
    """One language. Texts in braces are filled in by the writer."""

    statuses: Mapping[Status, str]
    headings: Mapping[Field, str]
    prompts: Mapping[Field, str]
    asks: Mapping[Question, str]
    addressees: Mapping[Addressee, str]
    guide_sheet: str
    answers_sheet: str
    title: str
    subtitle: str
    given: str
    yours: str
    unchanged: str
    accept_first: str
    not_in_list: str
    not_a_date: str
    too_long: str
    steps: tuple[tuple[str, str], ...]
    meanings_title: str
    meanings: tuple[tuple[Status, str], ...]
    footer: str


A, I = Acceptance, Implementation  # noqa: E741 - the tables below are read as tables

_ENGLISH = Words(
    statuses={
        A.NO_INFORMATION: "No answer yet",
        A.UNDER_CONSIDERATION: "Under consideration",
        A.ACCEPTED: "Accepted",
        A.PARTIALLY_ACCEPTED: "Partially accepted",
        A.NOT_ACCEPTED: "Not accepted",
        A.NOT_RELEVANT: "Not relevant",
        I.NO_INFORMATION: "No answer yet",
        I.NOT_STARTED: "Not started",
        I.IN_PROGRESS: "In progress",
        I.IMPLEMENTED: "Implemented",
        I.OVERTAKEN: "Overtaken by events",
    },
    headings={
        Field.REFERENCE: "Reference",
        Field.TEXT: "Recommendation",
        Field.ASKED: "What we ask",
        Field.ACCEPTANCE_NOW: "Acceptance now",
        Field.IMPLEMENTATION_NOW: "Implementation now",
        Field.DUE: "Due",
        Field.ACCEPTANCE: "Your position",
        Field.IMPLEMENTATION: "Your progress",
        Field.SINCE: "Since (date)",
        Field.NOTE: "Note",
        Field.EVIDENCE: "Link to evidence",
        Field.LATER: "New date asked",
    },
    prompts={
        Field.ACCEPTANCE: "Choose from the list. Leave it empty where nothing has changed.",
        Field.IMPLEMENTATION: "Choose from the list. It offers the steps that can follow from your present status.",
        Field.SINCE: "The day from which this has been so, as 2026-09-30. Empty means the day we read it.",
        Field.NOTE: "One or two sentences. The cell turns amber if your choice needs a reason.",
        Field.EVIDENCE: "An address that begins with https://. Several: one per line.",
        Field.LATER: "The date by which it will be done. If one is set: a later one, with the reason in the note.",
    },
    asks={
        Question.POSITION: "Do you accept it?",
        Question.START: "Has work begun?",
        Question.PROGRESS: "How far are you? Is it implemented?",
        Question.DISPUTED: "We could not confirm it. Please answer.",
        Question.WITH_OFFICE: "Nothing: we are looking at your answer.",
    },
    addressees={
        Addressee.EXECUTIVE_HEAD: "Executive head",
        Addressee.LEGISLATIVE_BODY: "Governing body",
        Addressee.CEB_CHAIR: "Chair of CEB",
    },
    guide_sheet="Please read first",
    answers_sheet="Answers",
    title="Follow-up of recommendations",
    subtitle="{organization} · {count} open · {day}",
    given="What we have",
    yours="Your answer",
    unchanged="{status} – no change",
    accept_first="(choose your position first)",
    not_in_list="Please choose from the list.",
    not_a_date="Please write a date, as 2026-09-30.",
    too_long="Please keep the note under {limit} characters, and link to longer documents.",
    steps=(
        ("Open the sheet “Answers”.", "Each row is one recommendation that is still open for you."),
        ("Fill in the cream columns.", "Only what has changed. Rows that you leave empty stay as they are."),
        (
            "Choose, then explain.",
            "Position and progress come from lists. Where a reason is needed, the note turns amber.",
        ),
        ("Point to evidence.", "Put a link to the policy, decision or report that shows it."),
        ("Send the file back.", "Reply to our email with this file attached, or send it to {reply_to}."),
    ),
    meanings_title="What the words mean",
    meanings=(
        (A.ACCEPTED, "You agree and will act."),
        (A.PARTIALLY_ACCEPTED, "You will act on a part; the note says on which."),
        (A.NOT_ACCEPTED, "You will not act; the note says why."),
        (A.NOT_RELEVANT, "It does not concern your organization; the note says why."),
        (A.UNDER_CONSIDERATION, "You have not decided yet."),
        (I.NOT_STARTED, "Accepted, and nothing done yet."),
        (I.IN_PROGRESS, "Work has begun."),
        (I.IMPLEMENTED, "Done; a note or a link shows it."),
        (I.OVERTAKEN, "Events have made it obsolete; the note says which."),
    ),
    footer="{office} · made on {day} · nothing is changed until the office has read your answer",
)

_FRENCH = Words(
    statuses={
        A.NO_INFORMATION: "Pas de réponse",
        A.UNDER_CONSIDERATION: "À l’examen",
        A.ACCEPTED: "Acceptée",
        A.PARTIALLY_ACCEPTED: "Partiellement acceptée",
        A.NOT_ACCEPTED: "Non acceptée",
        A.NOT_RELEVANT: "Sans objet",
        I.NO_INFORMATION: "Pas de réponse",
        I.NOT_STARTED: "Non commencée",
        I.IN_PROGRESS: "En cours",
        I.IMPLEMENTED: "Appliquée",
        I.OVERTAKEN: "Dépassée par les événements",
    },
    headings={
        Field.REFERENCE: "Référence",
        Field.TEXT: "Recommandation",
        Field.ASKED: "Ce que nous demandons",
        Field.ACCEPTANCE_NOW: "Acceptation actuelle",
        Field.IMPLEMENTATION_NOW: "Application actuelle",
        Field.DUE: "Échéance",
        Field.ACCEPTANCE: "Votre position",
        Field.IMPLEMENTATION: "Votre avancement",
        Field.SINCE: "Depuis le (date)",
        Field.NOTE: "Note",
        Field.EVIDENCE: "Lien vers les pièces",
        Field.LATER: "Nouvelle date demandée",
    },
    prompts={
        Field.ACCEPTANCE: "Choisissez dans la liste. Laissez vide si rien n’a changé.",
        Field.IMPLEMENTATION: "Choisissez dans la liste : elle propose ce qui peut suivre.",
        Field.SINCE: "Le jour depuis lequel il en est ainsi, par exemple 2026-09-30. Vide : le jour de lecture.",
        Field.NOTE: "Une ou deux phrases. La case devient ambrée quand votre choix demande un motif.",
        Field.EVIDENCE: "Une adresse qui commence par https://. Plusieurs : une par ligne.",
        Field.LATER: "Pour quand ce sera fait ; s’il y a une échéance, une date ultérieure, avec le motif en note.",
    },
    asks={
        Question.POSITION: "L’acceptez-vous ?",
        Question.START: "Les travaux ont-ils commencé ?",
        Question.PROGRESS: "Où en êtes-vous ? Est-elle appliquée ?",
        Question.DISPUTED: "Nous n’avons pas pu le confirmer. Veuillez répondre.",
        Question.WITH_OFFICE: "Rien : nous examinons votre réponse.",
    },
    addressees={
        Addressee.EXECUTIVE_HEAD: "Chef de secrétariat",
        Addressee.LEGISLATIVE_BODY: "Organe délibérant",
        Addressee.CEB_CHAIR: "Président du CCS",
    },
    guide_sheet="À lire d’abord",
    answers_sheet="Réponses",
    title="Suivi des recommandations",
    subtitle="{organization} · {count} en attente · {day}",
    given="Ce que nous savons",
    yours="Votre réponse",
    unchanged="{status} – sans changement",
    accept_first="(choisissez d’abord votre position)",
    not_in_list="Veuillez choisir dans la liste.",
    not_a_date="Veuillez écrire une date, par exemple 2026-09-30.",
    too_long="Veuillez rester sous {limit} caractères et donner un lien vers les documents plus longs.",
    steps=(
        (
            "Ouvrez la feuille « Réponses ».",
            "Chaque ligne correspond à une recommandation encore en attente chez vous.",
        ),
        ("Remplissez les colonnes crème.", "Seulement ce qui a changé. Une ligne laissée vide reste telle quelle."),
        (
            "Choisissez, puis expliquez.",
            "Position et avancement viennent de listes. S’il faut un motif, la note devient ambrée.",
        ),
        ("Indiquez les pièces.", "Donnez un lien vers la politique, la décision ou le rapport qui le montre."),
        ("Renvoyez le fichier.", "Répondez à notre courriel avec ce fichier joint, ou envoyez-le à {reply_to}."),
    ),
    meanings_title="Le sens des mots",
    meanings=(
        (A.ACCEPTED, "Vous êtes d’accord et vous agirez."),
        (A.PARTIALLY_ACCEPTED, "Vous agirez sur une partie ; la note dit laquelle."),
        (A.NOT_ACCEPTED, "Vous n’agirez pas ; la note dit pourquoi."),
        (A.NOT_RELEVANT, "Elle ne concerne pas votre organisation ; la note dit pourquoi."),
        (A.UNDER_CONSIDERATION, "Vous n’avez pas encore décidé."),
        (I.NOT_STARTED, "Acceptée, mais rien n’est encore fait."),
        (I.IN_PROGRESS, "Les travaux ont commencé."),
        (I.IMPLEMENTED, "C’est fait ; une note ou un lien le montre."),
        (I.OVERTAKEN, "Les événements l’ont rendue caduque ; la note dit lesquels."),
    ),
    footer="{office} · établi le {day} · rien ne change avant que le bureau ait lu votre réponse",
)

WORDS: Mapping[str, Words] = {"en": _ENGLISH, "fr": _FRENCH}


def words_of(language: str) -> Words:
    """The words of a language, or English."""
    return WORDS.get(language, _ENGLISH)


def label(words: Words, status: Status, *, confirms: bool = False) -> str:
    """A status as the drop-down shows it."""
    name = words.statuses[status]
    return words.unchanged.format(status=name) if confirms else name


def read_label(text: str, axis: Axis, language: str) -> Status | None:
    """The status that a cell means: a label of the return's language or English, or the register's own word.

    Upper and lower case, accents, kinds of blanks, hyphens and apostrophes, and signs that nobody sees, make no
    difference. Raises KeyError for a word that is none of these; None for the hint that a list shows where nothing can
    be chosen yet.
    """
    by_label: dict[str, Status | None] = {}
    for words in (_ENGLISH, words_of(language)):
        by_label[folded(words.accept_first)] = None
        for status in words.statuses:
            if axis_of(status) is axis:
                by_label[folded(status.value)] = status
                by_label[folded(label(words, status))] = status
                by_label[folded(label(words, status, confirms=True))] = status
    return by_label[folded(text)]


def folded(text: str) -> str:
    """The form under which headings and labels are compared."""
    bare = "".join(letter for letter in normalize("NFKD", without_unseen(text).casefold()) if not combining(letter))
    return " ".join(bare.replace("’", "'").translate(_AS_BLANKS).split())


_AS_BLANKS = str.maketrans(dict.fromkeys("-_‐–—", " "))
"""Hyphens and dashes; the one that does not break is made U+2010 by NFKD."""
