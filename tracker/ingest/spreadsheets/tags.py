"""The tags of a spreadsheet's XML."""

from __future__ import annotations

from xml.etree import ElementTree as ET


def local_name(element: ET.Element) -> str:
    """The tag without its namespace: of an XLSX there are two that mean the same."""
    return element.tag.rpartition("}")[2]
