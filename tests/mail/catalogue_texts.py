"""The texts that the program and the templates of mails say, as Babel finds them: what a catalogue has to hold."""

from pathlib import Path

from babel.messages.extract import extract_from_file

ROOT = Path(__file__).resolve().parents[2]
KEYWORDS = {"N_": None, "say": (1,), "count": (1, 2), "some": (1, 2)}


def texts():
    """Every text, once; a pair where it depends on a number."""
    found = []
    for name in ("wording.py", "calendar.py", "message.py"):
        path = ROOT / "tracker" / "mail" / name
        found += [message for _, message, _, _ in extract_from_file("python", str(path), keywords=KEYWORDS)]
    for template in sorted((ROOT / "templates" / "mail" / "digest").iterdir()):
        found += [
            message
            for _, message, _, _ in extract_from_file("jinja2.ext:babel_extract", str(template), keywords=KEYWORDS)
        ]
    return list(dict.fromkeys(found))
