"""Secrets of Secrets Manager: what a reference names, and which keys there are."""

import json

from tests.unit.infra.templates.resolved.deployment import Deployment
from tests.unit.infra.templates.trace.hops import BrokenHopError


def secret_and_key(reference: str) -> tuple[str, str]:
    """The secret and the JSON key in it that `ValueFrom` names.

    Form: secret:json-key:version-stage:version-id, with all colons (ECS guide, Secrets Manager).

    Raises:
        BrokenHopError: it is the whole secret, or half a reference.
    """
    parts = reference.split(":")
    if len(parts) != len(("secret", "key", "stage", "version")):
        raise BrokenHopError(f"'{reference}' names no key of a secret")
    return parts[0], parts[1]


def keys(deployment: Deployment, secret: str) -> set[str]:
    """The JSON keys of a secret.

    Raises:
        BrokenHopError: there is no such secret, or it is not JSON.
    """
    if secret.endswith(".MasterUserSecret.SecretArn"):
        database = deployment[secret.removesuffix(".MasterUserSecret.SecretArn")]
        managed = str(database.get("ManageMasterUserPassword")).lower() == "true"
        return {"username", "password"} if managed else set()
    if secret not in deployment:
        raise BrokenHopError(f"'{secret}' is no secret of these templates")
    generated = deployment[secret].get("GenerateSecretString", {})
    try:
        template = json.loads(generated.get("SecretStringTemplate", "{}"))
    except json.JSONDecodeError as error:
        raise BrokenHopError(f"the template of {secret} is not JSON: {error}") from error
    return {*template, *filter(None, [generated.get("GenerateStringKey")])}
