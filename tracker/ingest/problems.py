"""What a reader tells the office about a document beside what it read."""

from __future__ import annotations

from tracker.records import record


@record
class Problem:
    """Something in a document that a person has to look at; reading went on all the same."""

    where: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what} {self.remedy}"

    def as_json(self) -> dict[str, str]:
        return {"where": self.where, "what": self.what, "remedy": self.remedy}


def beginning(text: str) -> str:
    """Enough of a text to know it again in the document."""
    return text if len(text) <= 90 else text[:90].rsplit(" ", 1)[0] + " …"
