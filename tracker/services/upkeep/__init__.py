"""The register as a whole: made, backed up, exported, checked."""
