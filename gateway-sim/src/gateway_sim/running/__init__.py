"""Runs a role: nginx, its controller, and the targets that both follow."""
