"""The tags of a spreadsheet's XML."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree as ET


def local_name(element: ET.Element) -> str:
    """The tag without its namespace: of an XLSX there are two that mean the same."""
    return element.tag.rpartition("}")[2]


def in_list(element: ET.Element, name: str) -> Iterable[ET.Element]:
    """What stands in the list of that name within an element; nothing where there is no such list."""
    return next((each for each in element if local_name(each) == name), ())
