"""Writes definitions from an AWS account, with calls that only read."""
