"""Load balancers: from their resources to the model, and which rule a request meets."""
