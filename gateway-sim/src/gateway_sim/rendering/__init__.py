"""From the model to nginx text."""
