"""The register: the only speaker of SQL."""
