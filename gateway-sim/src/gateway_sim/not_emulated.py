"""What the definitions use that changes what a client sees, and that the emulator leaves out.

Where ordinary requests would be answered otherwise than by AWS, a definition is refused when it is
read. What stands here matters less often, so it is told, and all the rest runs. What is not part of
the way of a request (roles, logs, alarms, tasks) is neither. Types, properties and defaults:
CloudFormation template reference.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress

from gateway_sim.api_gateway.rest_apis import document_of
from gateway_sim.cloudformation.problems import DefinitionError, Problem
from gateway_sim.cloudformation.properties import Attributes
from gateway_sim.cloudformation.source import as_text
from gateway_sim.cloudformation.stacks import Resource

_ON_THE_WAY = re.compile(
    r"AWS::(ApiGateway(V2)?|ElasticLoadBalancing(V2)?|WAF(v2|Regional))::(?P<kind>\w+)"
)
# Emulated; or nothing by themselves, because what uses them is refused or told.
_SILENT = {
    "ApiGateway": {
        "Account", "ApiKey", "Authorizer", "BasePathMapping", "BasePathMappingV2",
        "ClientCertificate", "Deployment", "DocumentationPart", "DocumentationVersion",
        "DomainNameAccessAssociation", "GatewayResponse", "Method", "Model", "RequestValidator",
        "Resource", "RestApi", "Stage", "UsagePlanKey", "VpcLink",
    },
    "ApiGatewayV2": {
        "ApiGatewayManagedOverrides", "ApiMapping", "Authorizer", "Deployment", "Integration",
        "IntegrationResponse", "Model", "Route", "RouteResponse", "RoutingRule", "Stage", "VpcLink",
    },
    "ElasticLoadBalancingV2": {
        "Listener", "ListenerCertificate", "ListenerRule", "LoadBalancer", "TargetGroup",
        "TrustStore", "TrustStoreRevocation",
    },
    "WAFRegional": {
        "ByteMatchSet", "GeoMatchSet", "IPSet", "RateBasedRule", "RegexPatternSet", "Rule",
        "SizeConstraintSet", "SqlInjectionMatchSet", "WebACL", "XssMatchSet",
    },
    "WAFv2": {"IPSet", "LoggingConfiguration", "RegexPatternSet", "RuleGroup", "WebACL"},
}  # fmt: skip
# What the emulator does instead; of what is not here only the type is known.
_INSTEAD = {
    "AWS::ApiGateway::DomainName": "the API is served without it",
    "AWS::ApiGateway::DomainNameV2": "the API is served without it",
    "AWS::ApiGateway::UsagePlan": "nothing is throttled and no quota ends",
    "AWS::ApiGatewayV2::Api": "only REST APIs are served",
    "AWS::ApiGatewayV2::DomainName": "the API is served without it",
    "AWS::ElasticLoadBalancing::LoadBalancer": "it is not there",
    "AWS::WAFRegional::WebACLAssociation": "no request is blocked",
    "AWS::WAFv2::WebACLAssociation": "no request is blocked",
}

_THROTTLE, _CACHE = "no request is throttled", "no answer is cached"
# By property: the value that changes nothing, and what the emulator does instead of any other.
_STAGE = {
    "CacheClusterEnabled": ("false", _CACHE),
    "CachingEnabled": ("false", _CACHE),
    "ClientCertificateId": ("", "integrations get no client certificate"),
    "ThrottlingBurstLimit": ("-1", _THROTTLE),
    "ThrottlingRateLimit": ("-1", _THROTTLE),
}
_PROPERTIES = {
    "AWS::ApiGateway::RestApi": {
        "DisableExecuteApiEndpoint": ("false", "the API is served all the same"),
        "MinimumCompressionSize": ("", "no answer is compressed"),
    },
    "AWS::ApiGateway::Stage": _STAGE,
}
_ATTRIBUTES, _PROXY_PROTOCOL = "TargetGroupAttributes", "proxy_protocol_v2.enabled"
_MITIGATION = "load_balancing.algorithm.anomaly_mitigation"
_COMPRESSION = "x-amazon-apigateway-minimum-compression-size"


def not_emulated(resources: Iterable[Resource]) -> Iterator[Problem]:
    """Each resource and property that is left out, where it stands; the definitions are right."""
    for resource in resources:
        yield from _type(resource)
        for name, (harmless, instead) in _PROPERTIES.get(resource.type, {}).items():
            if as_text(_value(resource, name, harmless)) != harmless:
                yield resource.problem(name, f"is not emulated: {instead}")
        match resource.type:
            case "AWS::ApiGateway::Stage" | "AWS::ApiGateway::Deployment":
                yield from _settings_of_methods(resource)
            case "AWS::ApiGateway::RestApi":
                yield from _of_an_api(resource)
            case "AWS::ElasticLoadBalancingV2::TargetGroup":
                yield from _of_a_target_group(resource)


def _type(resource: Resource) -> Iterator[Problem]:
    found = _ON_THE_WAY.fullmatch(resource.type)
    if found and found["kind"] not in _SILENT.get(resource.type.split("::")[1], ()):
        instead = _INSTEAD.get(resource.type)
        message = f"{resource.type} is not emulated" + (f": {instead}" if instead else "")
        yield resource.problem("", message)


def _settings_of_methods(stage: Resource) -> Iterator[Problem]:
    """Throttles and caches; those of a deployment stand in its StageDescription."""
    where, settings = "MethodSettings", _value(stage, "MethodSettings")
    if stage.type.endswith("Deployment"):
        where, settings = "StageDescription", _value(stage, "StageDescription")
        own = settings.get("MethodSettings", []) if isinstance(settings, Mapping) else []
        settings = [settings, *own] if isinstance(own, list) else [settings]
    told: set[str] = set()
    for each in settings if isinstance(settings, list) else [settings]:
        found = each if isinstance(each, Mapping) else {}
        for name in sorted(found.keys() & _STAGE.keys() - told):
            harmless, instead = _STAGE[name]
            if as_text(found[name]) != harmless:
                told.add(name)
                yield stage.problem(where, f"'{name}' is not emulated: {instead}")


def _of_an_api(api: Resource) -> Iterator[Problem]:
    endpoint = _value(api, "EndpointConfiguration")
    types = endpoint.get("Types") if isinstance(endpoint, Mapping) else None
    for kind in types if isinstance(types, list) else ():
        if kind != "REGIONAL":
            message = f"type '{kind}' is not emulated: answers are those of a regional API"
            yield api.problem("EndpointConfiguration", message)
    with suppress(DefinitionError):  # an API without a stage is not read
        if (document := document_of(api)) is not None and _COMPRESSION in document:
            message = "is not emulated: no answer is compressed"
            yield Problem(document.file, document.line_of(_COMPRESSION), _COMPRESSION, message)


def _of_a_target_group(group: Resource) -> Iterator[Problem]:
    attributes = Attributes(group, _ATTRIBUTES, [])
    if attributes.switch(_PROXY_PROTOCOL):
        message = f"'{_PROXY_PROTOCOL}' is not emulated: targets are not told who the client is"
        yield group.problem(_ATTRIBUTES, message)
    if attributes.choice(_MITIGATION, "off", "on") == "on":
        message = f"'{_MITIGATION}' is not emulated: a target that fails gets its full share"
        yield group.problem(_ATTRIBUTES, message)


def _value(resource: Resource, name: str, default: object = None) -> object:
    """The evaluated property; what only AWS could evaluate counts as used."""
    try:
        return resource.get(name, default)
    except DefinitionError:
        return "known only to AWS"
