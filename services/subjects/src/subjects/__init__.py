"""The subjects service."""
