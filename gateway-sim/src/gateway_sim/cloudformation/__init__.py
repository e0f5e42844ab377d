"""Reads the config file and templates: what CloudFormation would make of them."""
