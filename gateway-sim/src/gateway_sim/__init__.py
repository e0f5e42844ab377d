"""Runs the API Gateway, NLB and ALB of CloudFormation templates on nginx."""
