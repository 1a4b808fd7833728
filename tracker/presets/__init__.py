"""Lists of organizations that can be loaded: codes, names and groups, no addresses."""
