"""Reads the TLS of HTTPS listeners: their security policies and their certificates.

What must be and may not be: elasticloadbalancing API, CreateListener, and the ALB guide, "SSL
certificates".
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

from gateway_sim.cloudformation.config import Config
from gateway_sim.cloudformation.problems import (
    FORM_ERRORS,
    WRONG_FORM,
    DefinitionError,
    Problem,
    Problems,
)
from gateway_sim.cloudformation.stacks import Resource
from gateway_sim.load_balancing.certificate_files import FilesError, check_files, names_in
from gateway_sim.load_balancing.ssl_policies import DEFAULT_SSL_POLICY, ssl_policy
from gateway_sim.load_balancing.tls_model import Certificate, Tls

_PREFIX = "AWS::ElasticLoadBalancingV2::"
_CERTIFICATE = "AWS::CertificateManager::Certificate"
_RECORD = "AWS::Route53::RecordSet"
_LISTS = f"{_PREFIX}ListenerCertificate"
_DOMAIN_NAME = re.compile(r"(\*\.)?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")  # RequestCertificate
_OF_TLS = ("Certificates", "SslPolicy", "MutualAuthentication", "AlpnPolicy")


class TlsReader:
    """Reads the TLS of one listener after the other; mistakes go to `problems`."""

    def __init__(self, resources: Sequence[Resource], config: Config, problems: Problems) -> None:
        self._config, self._problems = config, problems
        self._resources = {each.reference: each for each in resources if each.type == _CERTIFICATE}
        self._lists = [each for each in resources if each.type == _LISTS]
        self._local_names = tuple(_local_names(resources, config))
        self._known: dict[str, Certificate] = {}

    def read(self, listener: Resource) -> Tls | None:
        """The TLS of an application load balancer's listener, None for HTTP."""
        match listener.get("Protocol"):
            case "HTTPS":
                return self._tls(listener)
            case "HTTP":
                for name in _OF_TLS:
                    if listener.get(name):
                        self._refuse(listener, name, "is for HTTPS listeners only")
            case _:
                self._refuse(listener, "Protocol", "must be HTTP or HTTPS")
        return None

    def unused_files(self) -> Iterator[Problem]:
        """Each entry under `certificates` of the config file that no listener uses."""
        used = {name for each in self._known.values() for name in (each.arn, each.label)}
        entries = self._config.certificates
        for name in entries.keys() - used:
            message = "no HTTPS listener has this certificate"
            line = entries.line_of(name)
            yield Problem(self._config.path, line, f"certificates.{name}", message)

    def _tls(self, listener: Resource) -> Tls | None:
        name = str(listener.get("SslPolicy", DEFAULT_SSL_POLICY))
        if (policy := ssl_policy(name)) is None:
            self._refuse(listener, "SslPolicy", f"'{name}' is no policy that is emulated")
        clients = listener.get("MutualAuthentication", {})
        if not isinstance(clients, Mapping) or clients.get("Mode", "off") != "off":
            message = "client certificates are not emulated yet; Mode must be off"
            self._refuse(listener, "MutualAuthentication", message)
        if listener.get("AlpnPolicy"):
            message = "is for TLS listeners of network load balancers only"
            self._refuse(listener, "AlpnPolicy", message)
        arns = _arns(listener, self._problems)
        if len(arns) != 1:
            message = "must hold exactly one certificate; more are ListenerCertificate resources"
            self._refuse(listener, "Certificates", message)
        for each in self._lists:
            if each.get("ListenerArn") == listener.reference:
                arns += _arns(each, self._problems)
        certificates = tuple(map(self._certificate, dict.fromkeys(arns)))
        return Tls(policy, certificates) if policy and certificates else None

    def _certificate(self, arn: str) -> Certificate:
        if arn not in self._known:
            self._known[arn] = self._read_certificate(arn)
        return self._known[arn]

    def _read_certificate(self, arn: str) -> Certificate:
        resource = self._resources.get(arn)
        label = resource.logical_id if resource else arn.rpartition("/")[2]
        entries = self._config.certificates
        if entry := next((name for name in (arn, label) if name in entries), None):
            folder, files = self._config.path.parent, entries[entry]
            cert, key = folder / files["cert"], folder / files["key"]
            try:
                check_files(cert, key)
                return Certificate(arn, label, names_in(cert), files=(cert, key))
            except FilesError as error:
                place, line = f"certificates.{entry}.{error.kind}", entries.line_of(entry)
                self._problems.append(Problem(self._config.path, line, place, str(error)))
        names = tuple(self._names(resource)) if resource else ()
        return Certificate(arn, label, names, tuple(dict.fromkeys((*names, *self._local_names))))

    def _names(self, certificate: Resource) -> Iterator[str]:
        for name in ("DomainName", "SubjectAlternativeNames"):
            found = certificate.get(name, [])
            for each in found if isinstance(found, list) else [found]:
                if _DOMAIN_NAME.fullmatch(str(each)):
                    yield str(each)
                else:
                    self._refuse(certificate, name, f"'{each}' is no domain name")

    def _refuse(self, resource: Resource, name: str, message: str) -> None:
        self._problems.append(resource.problem(name, message))


def _arns(resource: Resource, problems: Problems) -> list[str]:
    try:
        return [str(each["CertificateArn"]) for each in resource.get("Certificates", [])]
    except FORM_ERRORS:
        problems.append(resource.problem("Certificates", WRONG_FORM))
        return []


def _local_names(resources: Iterable[Resource], config: Config) -> Iterator[str]:
    """The hosts of the load balancers here, and the names that DNS records give them on AWS."""
    hosts = {
        config.address(each.logical_id, 0).host: None
        for each in resources
        if each.type == f"{_PREFIX}LoadBalancer" and each.logical_id in config.hosts
    }
    for each in resources:
        # A record that leads elsewhere may be one that only AWS can evaluate.
        with suppress(DefinitionError, *FORM_ERRORS):
            if each.type == _RECORD and each.get("AliasTarget")["DNSName"] in hosts:
                name = str(each.get("Name")).rstrip(".")
                yield from [name] if _DOMAIN_NAME.fullmatch(name) else []
    yield from hosts
    yield "localhost"
