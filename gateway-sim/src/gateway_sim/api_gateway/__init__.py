"""REST APIs: from their resources and documents to the model, and which method a request meets."""
