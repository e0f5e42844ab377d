"""AWS's own APIs, ELBv2 and API Gateway, answered from the definitions."""
