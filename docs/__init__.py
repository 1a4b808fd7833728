"""The documents; `make docs` writes those that follow from the code, with the modules here."""
