"""A REST API of an account: each stage, the document that it publishes, and its VPC links.

Names of what API Gateway answers: apigateway API reference; of properties: CloudFormation template
reference.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway_sim.api_gateway.integrations import target_of
from gateway_sim.api_gateway.stage_variables import completed
from gateway_sim.capture.account import Account
from gateway_sim.capture.logical_ids import LogicalIds, without_empty
from gateway_sim.cloudformation.problems import CommandError

Document = dict[str, Any]

_INTEGRATION = "x-amazon-apigateway-integration"


@dataclass(frozen=True)
class Snapshot:
    """What an account says of a REST API.

    `documents` are by deployment, `links` by their ids: the answers of GetVpcLink, as API Gateway
    has them (V1) or as its second API has them (V2).
    """

    api: dict[str, Any]
    stages: list[dict[str, Any]]
    documents: dict[str, Document]
    gateway_responses: list[dict[str, Any]]
    links: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def load_balancers(self) -> list[str]:
        """ARNs of what private integrations lead to."""
        arns = [arn for link in self.links.values() for arn in link.get("targetArns", [])]
        for stage, found in self.integrations():
            if target := completed(target_of(found), stage.get("variables", {})):
                arns.append(target)
        return list(dict.fromkeys(arns))

    def integrations(self) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        """Each integration with a stage that publishes it."""
        for stage in self.stages:
            for found in integrations_of(self.documents[stage["deploymentId"]]):
                yield stage, found


def read_rest_api(account: Account, api_id: str) -> Snapshot:
    """Ask the account for everything that a snapshot has.

    Raises:
        CommandError: there is no such API, or a call fails.
    """

    def ask(operation: str, **parameters: Any) -> dict[str, Any]:
        return account.call("apigateway", operation, restApiId=api_id, **parameters)

    api, stages = ask("GetRestApi"), ask("GetStages").get("item")
    if not stages:
        raise CommandError(f"the API {api['name']} has no stage, so there is nothing to serve")
    documents: dict[str, Document] = {}
    for stage in stages:
        if stage["deploymentId"] not in documents:
            export = ask(
                "GetExport", stageName=stage["stageName"], exportType="oas30",
                parameters={"extensions": "apigateway"}, accepts="application/json",
            )  # fmt: skip
            documents[stage["deploymentId"]] = json.loads(export["body"].read())
    responses = account.items("apigateway", "GetGatewayResponses", "items", restApiId=api_id)
    own = [each for each in responses if not each.get("defaultResponse")]
    snapshot = Snapshot(api, stages, documents, own)
    for stage, found in snapshot.integrations():
        link = completed(found.get("connectionId", ""), stage.get("variables", {}))
        if link and link not in snapshot.links:
            snapshot.links[link] = _link(account, link, is_v2=target_of(found) != "")
    return snapshot


def integrations_of(document: Document) -> Iterator[dict[str, Any]]:
    """The integrations of a document, to read or to change."""
    for item in document.get("paths", {}).values():
        for operation in item.values():
            if isinstance(operation, Mapping) and _INTEGRATION in operation:
                yield operation[_INTEGRATION]


def link_resources(snapshot: Snapshot, ids: LogicalIds) -> dict[str, dict[str, Any]]:
    """The VPC links by their logical ids."""
    resources = {}
    for link_id, link in snapshot.links.items():
        if "targetArns" in link:
            kind = "AWS::ApiGateway::VpcLink"
            arns = [ids.ref(arn) for arn in link["targetArns"]]
            properties = {"Name": link["name"], "TargetArns": arns}
        else:
            kind = "AWS::ApiGatewayV2::VpcLink"
            names = ("Name", "SubnetIds", "SecurityGroupIds")
            properties = without_empty({name: link.get(name) for name in names})
        resources[ids.of(link_id, f"{properties['Name']}-link")] = {
            "Type": kind,
            "Properties": properties,
        }
    return resources


def _link(account: Account, link_id: str, *, is_v2: bool) -> dict[str, Any]:
    if is_v2:
        return account.call("apigatewayv2", "GetVpcLink", VpcLinkId=link_id)
    return account.call("apigateway", "GetVpcLink", vpcLinkId=link_id)
