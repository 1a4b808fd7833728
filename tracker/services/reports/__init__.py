"""Reports: computed, written, published, and the other papers of the year."""
