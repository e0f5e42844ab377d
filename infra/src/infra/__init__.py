"""Deploys the templates beside it to an AWS account."""
