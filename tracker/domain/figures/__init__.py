"""The figures of a status report: pure functions from rows of the register, computed once for every format."""
