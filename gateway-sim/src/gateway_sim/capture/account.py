"""The only module that knows boto3: calls to one account and region, and what their errors mean."""

from typing import Any

from gateway_sim.cloudformation.problems import CommandError

try:
    import boto3
    from botocore import exceptions
    from botocore.config import Config
except ImportError as error:
    message = "capture needs boto3: pip install 'gateway-sim[capture]'"
    raise CommandError(message) from error

# By service: what its IAM actions begin with. API Gateway has one action for all that reads.
_PREFIX = {"elbv2": "elasticloadbalancing"}
_READS_APIS = "apigateway:GET"

_DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}
_NOT_FOUND = {
    "ListenerNotFound", "LoadBalancerNotFound", "NotFoundException", "TargetGroupNotFound",
}  # fmt: skip
_CREDENTIALS = {
    "ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "InvalidSignatureException",
    "SignatureDoesNotMatch", "UnrecognizedClientException",
}  # fmt: skip
# Waits out throttling; an address that does not answer is told within half a minute.
_CONFIG: dict[str, Any] = {
    "retries": {"mode": "standard", "total_max_attempts": 4},
    "connect_timeout": 5,
}


class Account:
    """An account as one profile sees it, in one region.

    Raises:
        CommandError: there is no such profile.
    """

    def __init__(self, region: str, profile: str | None, endpoint_url: str | None) -> None:
        self.region, self._endpoint_url = region, endpoint_url
        try:
            self._session = boto3.session.Session(profile_name=profile, region_name=region)
        except exceptions.BotoCoreError as error:
            raise CommandError(_line(error)) from error
        self._clients: dict[str, Any] = {}

    def call(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        """The answer to one call; `operation` is named as AWS names it.

        Raises:
            CommandError: in one line, what was asked, what came back and what would help.
        """
        client = self._client(service)
        method = _method(client, operation)
        try:
            answer: dict[str, Any] = getattr(client, method)(**parameters)
        except (exceptions.ClientError, exceptions.BotoCoreError) as error:
            raise CommandError(self._explain(service, operation, error)) from error
        return answer

    def items(self, service: str, operation: str, key: str, **parameters: Any) -> list[Any]:
        """What a call lists under `key`, from all its pages; raises as call() does."""
        client = self._client(service)
        paginator = client.get_paginator(_method(client, operation))
        try:
            found: list[Any] = paginator.paginate(**parameters).build_full_result().get(key, [])
        except (exceptions.ClientError, exceptions.BotoCoreError) as error:
            raise CommandError(self._explain(service, operation, error)) from error
        return found

    def _client(self, service: str) -> Any:
        if service not in self._clients:
            make: Any = self._session.client
            try:
                self._clients[service] = make(
                    service, endpoint_url=self._endpoint_url, config=Config(**_CONFIG)
                )
            except (exceptions.BotoCoreError, ValueError) as error:
                raise CommandError(_line(error)) from error
        return self._clients[service]

    def _explain(self, service: str, operation: str, error: Exception) -> str:
        asked = f"{operation} in {self.region}"
        if isinstance(error, exceptions.NoCredentialsError):
            return f"{asked}: no credentials; aws configure, --profile NAME or AWS_PROFILE"
        if not isinstance(error, exceptions.ClientError):
            return f"{asked}: {_line(error)}"
        code = error.response["Error"].get("Code", "")
        said = " ".join(error.response["Error"].get("Message", "").split()).rstrip(".") or code
        if code in _DENIED:
            action = f"{_PREFIX[service]}:{operation}" if service in _PREFIX else _READS_APIS
            return f"{asked} is denied; allow the IAM action {action} ({said})"
        if code in _NOT_FOUND:
            return f"{asked}: {said}; is the name right, and the region?"
        if code in _CREDENTIALS:
            return f"{asked}: the credentials are refused: {said}"
        return f"{asked}: {said} ({code})"


def _method(client: Any, operation: str) -> str:
    """The name of a call in Python."""
    names = {name: method for method, name in client.meta.method_to_api_mapping.items()}
    return str(names[operation])


def _line(error: Exception) -> str:
    return " ".join(str(error).split())
