"""The words of an HTML page, as mail programs and attackers write them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

_TAG = re.compile(r"<(?:(/?)([a-z]\w{0,20})|[!?/])[^<>]*+>", re.IGNORECASE)
"""A stroke before a blank or a figure is none: `R1 < R2`."""
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.IGNORECASE)
_UNSEEN = re.compile(r"<(div|span|p)\b[^<>]*\bdisplay:\s*none\b[^<>]*>[^<]*</\1>", re.IGNORECASE)
_SILENT = {"script", "style", "head", "title"}
_ENDING = {"br", "p", "div", "tr", "li", "hr", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6"}
_PARTING = {"td", "th"}
_STRUCK = {"s", "strike", "del"}
_NOTHING_STRUCK = "[struck out: ]"


def words_of_page(page: str) -> str:
    """The text, a line for each paragraph, and where links lead; one that is no page in the end gives what it can."""
    page = " ".join(_without_comments(page).split())
    spoken = "".join(_spoken(page)).strip() or _TAG.sub(" ", page)
    lines = (" ".join(line.split()) for line in html.unescape(spoken).split("\n"))
    return "\n".join(filter(None, (line.replace(_NOTHING_STRUCK, "").strip() for line in lines)))


def without_unseen(page: str) -> str:
    """The page without texts that it hides: they are there for lists of mails. Only such as have no tags in them."""
    return _UNSEEN.sub("", page)


def _without_comments(page: str) -> str:
    """Word puts its settings into them; one that never ends is none."""
    kept, after = [], 0
    while (begins := page.find("<!--", after)) >= 0 and (ends := page.find("-->", begins)) >= 0:
        kept.append(page[after:begins])
        after = ends + len("-->")
    return "".join([*kept, page[after:]])


def _spoken(page: str) -> Iterator[str]:
    """The pieces between the tags, but for scripts and the like, and what the tags say."""
    silent, after, link = "", 0, None
    for tag in _TAG.finditer(page):
        name = (tag[2] or "").lower()
        if not silent:
            yield page[after : tag.start()]
            yield _sign_of(name, is_end=bool(tag[1]))
            if name == "a":
                yield _target(link, page[link.end() : tag.start()]) if link and tag[1] else ""
                link = None if tag[1] else tag
        after = tag.end()
        if name in _SILENT and name == (silent or name):
            silent = "" if tag[1] else name
    if not silent:
        yield page[after:]


def _sign_of(name: str, *, is_end: bool) -> str:
    """What a tag says that has to be seen: of words that are struck out, the contrary may be meant."""
    if name in _STRUCK:
        return "]" if is_end else "[struck out: "
    return "\n" if name in _ENDING else " " if name in _PARTING else ""


def _target(link: re.Match[str], words: str) -> str:
    """Where a link leads, behind its words, as mail programs write it in a plain text; not where the words say it."""
    href = _HREF.search(link[0])
    target = "".join(filter(None, href.groups())) if href else ""
    is_said = html.unescape(target).partition("://")[2].rstrip("/") in html.unescape(words)
    return f" <{target}>" if re.match("https?://", target) and not is_said else ""
