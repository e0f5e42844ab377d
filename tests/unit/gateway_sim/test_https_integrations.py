"""Integrations that speak HTTPS: where they connect to, and what must be true of certificates."""

import re

import pytest

from gateway_sim.load_balancing.model import Address
from gateway_sim.running.roles import servers_of
from tests.unit.gateway_sim.conftest import Definitions

_OPENAPI, _NLB = "openapi.yaml", "network.yaml"
_URI = "http://${stageVariables.alb}:8080/things/{thing}"
_PRIVATE = "        connectionType: VPC_LINK\n        connectionId: ${stageVariables.link}\n"
_SKIP = "        tlsConfig: { insecureSkipVerification: true }\n"
_CERTIFICATE = """\
  Certificate:
    Type: AWS::CertificateManager::Certificate
    Properties: { DomainName: "*.example.com" }
Outputs:
"""


@pytest.fixture
def private(definitions: Definitions) -> Definitions:
    """The small definitions with HTTPS all the way to the application load balancer."""
    https = "Protocol: HTTPS\n      Port: 443\n      Certificates:\n"
    listed = "        - CertificateArn: !Ref Certificate\n"
    definitions.change("load-balancer.yaml", "Protocol: HTTP\n      Port: 80\n", https + listed)
    definitions.change("load-balancer.yaml", "Outputs:\n", _CERTIFICATE)
    definitions.change(_NLB, "Port: 80\n", "Port: 443\n")
    definitions.change(_NLB, "Port: 8080\n", "Port: 443\n")
    return definitions


@pytest.fixture
def public(definitions: Definitions) -> Definitions:
    """The small definitions with an integration that is out in the public."""
    definitions.change(_OPENAPI, _URI, "https://api.example.org/things/{thing}")
    definitions.change(_OPENAPI, _PRIVATE, "")
    return definitions


def text_of(definitions: Definitions) -> str:
    (server,) = servers_of(definitions.load(), "api-gateway", 8080)
    return server.render({hop: {"10.0.0.1:443": 1} for hop in server.hops})


class TestPublic:
    def test_connects_to_the_port_of_the_scheme(self, public: Definitions) -> None:
        (server,) = servers_of(public.load(), "api-gateway", 8080)
        assert server.hops == {Address("api.example.org", 443)}

    def test_is_verified_for_its_name(self, public: Definitions) -> None:
        text = text_of(public)
        assert "proxy_ssl_name api.example.org;" in text
        assert "proxy_ssl_verify on;" in text
        assert "proxy_ssl_trusted_certificate /etc/ssl/certs/ca-certificates.crt;" in text
        assert 'proxy_pass "https://to_api_example_org_443/' in text

    def test_may_skip_verification(self, public: Definitions) -> None:
        public.change(_OPENAPI, "        httpMethod: GET\n", f"        httpMethod: GET\n{_SKIP}")
        text = text_of(public)
        assert "proxy_ssl_name api.example.org;" in text
        assert not re.search("proxy_ssl_(verify|trusted)", text)


class TestPrivate:
    @pytest.mark.parametrize("authority", ["things.example.com", "things.example.com:443"])
    def test_leads_to_the_port_of_the_uri(self, private: Definitions, authority: str) -> None:
        private.change(_OPENAPI, _URI, f"https://{authority}/things/{{thing}}")
        (method,) = private.load().rest_apis[0].methods
        assert method.http_integration.connect_to == Address("nlb", 443)
        text = text_of(private)
        assert "proxy_ssl_name things.example.com;" in text
        assert "proxy_ssl_verify" not in text

    @pytest.mark.parametrize("host", ["example.com", "a.b.example.com", "alb"])
    def test_certificate_for_another_host_is_a_failure(
        self, private: Definitions, host: str
    ) -> None:
        private.change(_OPENAPI, _URI, f"https://{host}/things/{{thing}}")
        (warning,) = private.load().warnings
        message = f"'{host}' is no name in the load balancer's certificate: answers are 500"
        assert str(warning).endswith(message)
        assert "return 500;  # the certificate of the load balancer is not" in text_of(private)

    @pytest.mark.parametrize(("host", "count"), [("alb", 1), ("things.example.com", 0)])
    def test_certificate_from_elsewhere_is_not_for_the_balancers_own_name(
        self, private: Definitions, host: str, count: int
    ) -> None:
        private.change("load-balancer.yaml", "!Ref Certificate", "arn:aws:acm::1:certificate/1")
        private.change(_OPENAPI, _URI, f"https://{host}/things/{{thing}}")
        assert len(private.load().warnings) == count

    def test_certificate_for_another_host_is_told_of_a_canary(self, private: Definitions) -> None:
        private.change(_OPENAPI, _URI, _URI.replace("http:", "https:").replace(":8080", ""))
        overrides = "PercentTraffic: 5, StageVariableOverrides: { alb: other }"
        stage = "      StageName: dev\n"
        private.change("api.yaml", stage, f"{stage}      CanarySetting: {{ {overrides} }}\n")
        hosts = [str(each).split("'")[1] for each in private.load().warnings]
        assert hosts == ["alb", "other"]
