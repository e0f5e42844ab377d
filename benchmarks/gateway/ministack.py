"""The same API on MiniStack: an AWS account in one Python process, without load balancers."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.fixtures.aws import new_account

from benchmarks.gateway import definitions


@contextmanager
def running_api(folder: Path, routes: int, target: str) -> Iterator[str]:
    """The URL of a route, while MiniStack runs; `target` is where its integrations lead."""
    with new_account(folder) as account:
        api = account.client("apigateway")
        identifier = api.create_rest_api(name="bench")["id"]
        (root,) = api.get_resources(restApiId=identifier)["items"]
        for number in range(routes):
            _add_route(api, identifier, root["id"], f"route-{number:03}", target)
        api.create_deployment(restApiId=identifier, stageName=definitions.STAGE)
        path = definitions.plain_path(routes).removeprefix(f"/{definitions.STAGE}")
        stage = f"{account.url}/restapis/{identifier}/{definitions.STAGE}"
        yield f"{stage}/_user_request_{path}"


def _add_route(api: Any, identifier: str, root: str, name: str, target: str) -> None:
    made = api.create_resource(restApiId=identifier, parentId=root, pathPart=name)
    method = {"restApiId": identifier, "resourceId": made["id"], "httpMethod": "GET"}
    api.put_method(**method, authorizationType="NONE")
    api.put_integration(
        **method, type="HTTP_PROXY", integrationHttpMethod="GET", uri=f"{target}/{name}"
    )
