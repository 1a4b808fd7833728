"""Whom to trust on an encrypted line: the authorities of this machine, or the one in a file of the office's own."""

from __future__ import annotations

import ssl

from tracker.errors import WorldError


def trusting(ca_file: str | None, section: str) -> ssl.SSLContext:
    """What an encrypted line checks certificates with. Raises WorldError where that file is none."""
    try:
        context = ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        raise WorldError(
            f"the authority's certificate cannot be read ({error.strerror or error}).",
            where=ca_file,
            remedy=f"Check [{section}] ca_file.",
        ) from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
