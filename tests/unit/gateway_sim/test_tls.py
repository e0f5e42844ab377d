"""What of HTTPS listeners is read and what is refused: policies, certificates, ports."""

import re
import subprocess
from pathlib import Path

import pytest
import trustme

from gateway_sim.definitions import load_cloud
from gateway_sim.load_balancing.model import Address
from gateway_sim.load_balancing.tls_model import Certificate, Tls
from gateway_sim.running.roles import RoleError, servers_of
from tests.unit.gateway_sim.conftest import Definitions

_ALB, _CONFIG = "load-balancer.yaml", "gateway-sim.yaml"
_ARN = "arn:aws:acm:eu-central-1:123456789012:certificate/5a9b"
_HTTP = "Protocol: HTTP\n      Port: 80\n"
_HTTPS = f"Protocol: HTTPS\n      Port: 443\n      Certificates: [{{ CertificateArn: {_ARN} }}]\n"
_BANK = Path("tests/fixtures/bank/gateway-sim.yaml")


@pytest.fixture
def https(definitions: Definitions) -> Definitions:
    """The small definitions, their listener changed to HTTPS."""
    definitions.change(_ALB, _HTTP, _HTTPS)
    return definitions


def tls_of(definitions: Definitions) -> Tls:
    (alb,) = definitions.load().application_load_balancers
    tls = alb.listeners[0].tls
    assert tls is not None
    return tls


class TestPolicy:
    def test_without_one_it_is_that_of_2016(self, https: Definitions) -> None:
        policy = tls_of(https).policy
        assert policy.versions == ("TLSv1", "TLSv1.1", "TLSv1.2")
        assert policy.ciphers[0] == "ECDHE-ECDSA-AES128-GCM-SHA256"
        assert len(policy.ciphers) == 18
        assert policy.tls13_ciphers == ()

    @pytest.mark.parametrize(
        ("name", "versions", "ciphers", "tls13_ciphers"),
        [
            ("TLS13-1-3-2021-06", 1, 0, 3), ("TLS13-1-3-FIPS-PQ-2025-09", 1, 0, 2),
            ("TLS13-1-2-2021-06", 2, 8, 3), ("TLS13-1-2-Res-PQ-2025-09", 2, 4, 3),
            ("TLS13-1-2-Ext1-2021-06", 2, 12, 3), ("TLS13-1-2-Ext2-FIPS-2023-04", 2, 18, 2),
            ("TLS13-1-2-Ext0-FIPS-2023-04", 2, 12, 2), ("TLS13-1-1-2021-06", 3, 18, 3),
            ("TLS13-1-0-PQ-2025-09", 4, 18, 3), ("TLS-1-2-Ext-2018-06", 1, 18, 0),
            ("TLS-1-2-2017-01", 1, 12, 0), ("TLS-1-1-2017-01", 2, 18, 0),
            ("FS-2018-06", 3, 12, 0), ("FS-1-2-Res-2019-08", 1, 8, 0),
            ("FS-1-2-Res-2020-10", 1, 4, 0),
        ],
    )  # fmt: skip
    def test_says_versions_and_ciphers(
        self, https: Definitions, name: str, versions: int, ciphers: int, tls13_ciphers: int
    ) -> None:
        https.change(_ALB, "Port: 443", f"Port: 443\n      SslPolicy: ELBSecurityPolicy-{name}")
        policy = tls_of(https).policy
        assert len(policy.versions) == versions
        assert (len(policy.ciphers), len(policy.tls13_ciphers)) == (ciphers, tls13_ciphers)
        assert ("TLSv1.3" in policy.versions) == bool(tls13_ciphers)


class TestCertificates:
    def test_from_elsewhere_is_made_for_the_hosts_here(self, https: Definitions) -> None:
        made_for = ("alb", "nlb", "localhost")
        assert tls_of(https).certificates == (Certificate(_ARN, "5a9b", (), made_for),)

    def test_of_the_templates_is_made_for_its_own_names_too(self) -> None:
        cloud = load_cloud(_BANK)
        tls = cloud.application_load_balancers[0].listeners[1].tls
        assert tls is not None
        default, branch = tls.certificates
        assert default.names == ("bank.example.com", "*.bank.example.com")
        assert default.made_for == (*default.names, "bank-alb", "bank-nlb", "localhost")
        assert (branch.label, branch.names) == ("BranchCertificate", ("branch.example.com",))

    def test_is_made_for_the_names_that_dns_gives_the_load_balancer(
        self, https: Definitions
    ) -> None:
        record = (
            "  Record:\n    Type: AWS::Route53::RecordSet\n    Properties:\n"
            "      Name: things.example.com.\n      Type: A\n      AliasTarget:\n"
            "        DNSName: !GetAtt Alb.DNSName\n"
            "        HostedZoneId: !GetAtt Alb.CanonicalHostedZoneID\nOutputs:\n"
        )
        https.change(_ALB, "Outputs:\n", record)
        (certificate,) = tls_of(https).certificates
        assert certificate.made_for == ("things.example.com", "alb", "nlb", "localhost")

    @pytest.mark.parametrize("name", [_ARN, "5a9b"])
    def test_files_of_the_config_are_used(self, https: Definitions, name: str) -> None:
        write_certificate(https.folder, "own", "things.example.com", "*.things.example.com")
        add_files(https, name, "own.pem", "own.key")
        (certificate,) = tls_of(https).certificates
        assert certificate.files == (https.folder / "own.pem", https.folder / "own.key")
        assert certificate.names == ("things.example.com", "*.things.example.com")


class TestPorts:
    def test_each_listener_may_have_another_port_here(self) -> None:
        cloud = load_cloud(_BANK)
        bank, old = cloud.application_load_balancers
        ports = [(each.port, each.port_here) for each in (*bank.listeners, *old.listeners)]
        assert ports == [(80, 8880), (443, 8843), (444, 8844), (443, 8845)]
        (server,) = servers_of(cloud, "alb", 8080)
        assert [port for port, _ in server.listens] == [8880, 8843, 8844, 8845]

    def test_whoever_leads_to_a_listener_finds_it_there(self, definitions: Definitions) -> None:
        definitions.change(_CONFIG, "Alb: alb", "Alb: alb:443=8443,80=8100")
        (nlb,) = definitions.load().network_load_balancers
        assert nlb.listeners[0].target == Address("alb", 8100)


@pytest.mark.parametrize(
    ("old", "new", "place", "message"),
    [
        ("Protocol: HTTPS\n", "Protocol: HTTP\n", "Certificates", "is for HTTPS listeners only"),
        (_ARN, "b }, { CertificateArn: c", "Certificates",
         "must hold exactly one certificate; more are ListenerCertificate resources"),
        (f"[{{ CertificateArn: {_ARN} }}]", "[]", "Certificates",
         "must hold exactly one certificate; more are ListenerCertificate resources"),
        ("Port: 443", "Port: 443\n      SslPolicy: ELBSecurityPolicy-2015-05", "SslPolicy",
         "'ELBSecurityPolicy-2015-05' is no policy that is emulated"),
        *(
            ("Port: 443", f"Port: 443\n      SslPolicy: {name}", "SslPolicy",
             f"'{name}' is no policy that is emulated")
            for name in ("ELBSecurityPolicy-TLS13-1-2-Ext0-2021-06",
                         "ELBSecurityPolicy-TLS13-1-1-PQ-2025-09",
                         "ELBSecurityPolicy-TLS13-1-2-RFC9151-INTEROP4-FIPS-2023-07")
        ),
        *(
            ("Port: 443", f"Port: 443\n      MutualAuthentication: {clients}",
             "MutualAuthentication", "client certificates are not emulated yet; Mode must be off")
            for clients in ("{ Mode: passthrough }", "{ Mode: verify, TrustStoreArn: a }", "off")
        ),
        ("Port: 443", "Port: 443\n      AlpnPolicy: [HTTP2Preferred]", "AlpnPolicy",
         "is for TLS listeners of network load balancers only"),
    ],
)  # fmt: skip
def test_mistake_of_a_listener_is_told(
    https: Definitions, old: str, new: str, place: str, message: str
) -> None:
    https.change(_ALB, old, new)
    line = https.line(_ALB, "  Listener:", f"      {place}:")
    assert https.mistakes() == [f"{_ALB}:{line}: Listener.{place}: {message}"]


@pytest.mark.parametrize(
    "name", ["a,IP:10.0.0.1", "*.*.example.com", "localhost", "a b.example.com"]
)
def test_certificate_is_for_domain_names(https: Definitions, name: str) -> None:
    https.change(_ALB, _ARN, "!Ref Certificate")
    resource = "  Certificate:\n    Type: AWS::CertificateManager::Certificate\n    Properties:\n"
    https.change(_ALB, "Outputs:\n", f"{resource}      DomainName: '{name}'\nOutputs:\n")
    line = https.line(_ALB, "DomainName:")
    message = f"Certificate.DomainName: '{name}' is no domain name"
    assert https.mistakes() == [f"{_ALB}:{line}: {message}"]


@pytest.mark.parametrize(
    ("cert", "key", "place", "message"),
    [
        ("none.pem", "own.key", "cert", "none.pem cannot be read: No such file or directory"),
        ("own.pem", "none.key", "key", "none.key cannot be read: No such file or directory"),
        ("own.pem", "other.key", "key", "other.key is not the key of own.pem"),
        ("own.key", "own.key", "cert",
         "own.key and own.key must be a certificate and its key without a password, in PEM"),
        ("own.pem", "locked.key", "cert",
         "own.pem and locked.key must be a certificate and its key without a password, in PEM"),
    ],
)  # fmt: skip
def test_mistake_of_a_file_is_told(
    https: Definitions, cert: str, key: str, place: str, message: str
) -> None:
    for name in ("own", "other"):
        write_certificate(https.folder, name, "things.example.com")
    lock = "openssl pkey -aes256 -passout pass:secret -in own.key -out locked.key"
    subprocess.run(lock.split(), cwd=https.folder, check=True)  # noqa: S603 - this very text
    add_files(https, "5a9b", cert, key)
    line = https.line(_CONFIG, "5a9b")
    assert https.mistakes() == [f"{_CONFIG}:{line}: certificates.5a9b.{place}: {message}"]


def test_files_that_nothing_uses_are_told(https: Definitions) -> None:
    add_files(https, "Typo", "own.pem", "own.key")
    line = https.line(_CONFIG, "Typo")
    message = "certificates.Typo: no HTTPS listener has this certificate"
    assert https.mistakes() == [f"{_CONFIG}:{line}: {message}"]


def test_one_port_twice_is_told_with_what_helps(https: Definitions) -> None:
    second = f"  Second:\n    Type: AWS::ElasticLoadBalancingV2::Listener\n    Properties:\n      \
LoadBalancerArn: !Ref Alb\n      {_HTTP}      DefaultActions:\n        - Type: fixed-response\n\
          FixedResponseConfig: {{ StatusCode: '404' }}\nOutputs:\n"
    https.change(_ALB, "Outputs:\n", second)
    https.change(_CONFIG, "Alb: alb", "Alb: alb:8443")
    with pytest.raises(RoleError, match=re.escape("HOST:PORT=HERE")):
        servers_of(https.load(), "alb", 8080)


def write_certificate(folder: Path, name: str, *names: str) -> None:
    issued = trustme.CA().issue_cert(*names)
    issued.cert_chain_pems[0].write_to_path(str(folder / f"{name}.pem"))
    issued.private_key_pem.write_to_path(str(folder / f"{name}.key"))


def add_files(definitions: Definitions, name: str, cert: str, key: str) -> None:
    definitions.add(_CONFIG, f"certificates:\n  '{name}': {{ cert: {cert}, key: {key} }}\n")
