"""Writes the policies of the role that deploys: no action that the templates do not need."""
