"""The deployments that the parameters allow, as far as they differ in what is made."""

import functools
import itertools
from collections.abc import Mapping

from infra import templates
from tests.unit.infra.templates.resolved.deployment import Deployment, documents, resolve

_NETWORKS: Mapping[str, Mapping[str, str]] = {
    "nat": {"PrivateAccess": "nat"},
    "endpoints": {"PrivateAccess": "endpoints"},
    "existing VPC": {
        "VpcId": "vpc-0123456789abcdef0",
        "PublicSubnetIds": "subnet-0123456789abcdef0,subnet-0123456789abcdef1",
        "PrivateSubnetIds": "subnet-0123456789abcdef2,subnet-0123456789abcdef3",
    },
}
_LINKS: Mapping[str, Mapping[str, str]] = {
    "V1": {"VpcLinkVersion": "V1"},
    "V2": {"VpcLinkVersion": "V2"},
}
_CERTIFICATES: Mapping[str, Mapping[str, str]] = {
    "http": {},
    "https": {
        "CertificateArn": "arn:aws:acm:us-west-2:111122223333:certificate/"
        "12345678-1234-1234-1234-123456789012",
        "LoadBalancerDomainName": "services.example.com",
    },
}
_MORE: Mapping[str, Mapping[str, str]] = {
    "bastion": {"Bastion": "true"},
    "bastion, endpoints": {"Bastion": "true", "PrivateAccess": "endpoints"},
    "everything": {
        **_NETWORKS["endpoints"],
        **_LINKS["V2"],
        **_CERTIFICATES["https"],
        "Bastion": "true",
        "AlarmEmail": "someone@example.com",
    },
    "another prefix": {"Prefix": "twenty-characters-ok"},
    "another stage, V2": {"StageName": "v1", "VpcLinkVersion": "V2"},
    "alarms by e-mail": {"AlarmEmail": "someone@example.com"},
}
# What is deployed is for whoever edits parameters.yaml to say; these are for the templates.
VARIANTS: Mapping[str, Mapping[str, str]] = {
    "defaults": {},
    **_MORE,
    **{
        ", ".join(names): {**_NETWORKS[names[0]], **_LINKS[names[1]], **_CERTIFICATES[names[2]]}
        for names in itertools.product(_NETWORKS, _LINKS, _CERTIFICATES)
    },
}


@functools.cache
def deployed(variant: str) -> Deployment:
    """The files as they are, with the parameters of a variant; not to be changed."""
    return resolve(documents(), VARIANTS[variant])


@functools.cache
def deployed_as_chosen() -> Deployment:
    """The files as they are, with what parameters.yaml chooses; not to be changed."""
    return resolve(documents(), templates.choices())
