"""The syntax of the command line: options, completion, help pages, and what is said of mistakes."""
