"""The first bytes by which kinds of file are told apart, whatever their names end in."""

PDF = b"%PDF-"
ZIP = b"PK\x03\x04"
"""Word's and the spreadsheets' new forms are packed folders."""
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""The old forms of Word and Excel, and whatever is protected by a password."""
