"""Follow-up of oversight recommendations, per organization."""

__version__ = "0.1.0"
