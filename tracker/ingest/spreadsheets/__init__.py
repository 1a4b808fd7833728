"""XLSX and ODS files to cells, and what hangs on them."""
