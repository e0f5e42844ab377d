"""The project's own definitions with a certificate: HTTPS from API Gateway to the services."""

import shutil
from pathlib import Path

import httpx
import pytest

from tests.fixtures.gateway import Chain, Container

CHOSEN = """\
parameters:
  CertificateArn: arn:aws:acm:eu-central-1:123456789012:certificate/inside
  LoadBalancerDomainName: services.example.com
"""
HOSTS = """\
hosts:
  LoadBalancer: 127.0.0.1:80=8082,443=8083
  NetworkLoadBalancer: 127.0.0.1:8081
  Demo1TargetGroup: students
  Demo2TargetGroup: subjects
"""
SERVICE_TO_SERVICE = """\
import http.client, socket, ssl
trusting = ssl.create_default_context(cafile="/tmp/gateway-sim/certificates/inside.pem")
connection = http.client.HTTPSConnection("services.example.com", 8083, context=trusting)
connect = socket.create_connection
connection._create_connection = lambda _, *how: connect(("127.0.0.1", 8083), *how)
connection.request("GET", "/subject/5", headers={"Host": "services.example.com"})
print(connection.getresponse().read().decode())
plain = http.client.HTTPConnection("127.0.0.1", 8082)
plain.request("GET", "/subject/5", headers={"Host": "services.example.com"})
print(plain.getresponse().headers["Location"])
"""


@pytest.fixture(scope="module")
def gateway(chain: Chain) -> Container:
    shutil.copytree("infra", chain.definitions, dirs_exist_ok=True)
    config = chain.definitions / "gateway-sim.yaml"
    text = config.read_text("utf-8").partition("hosts:")[0].replace("parameters:\n", CHOSEN)
    config.write_text(text + HOSTS, "utf-8")
    for path in (config, *Path(chain.definitions).rglob("*")):
        path.chmod(0o755)
    chain.target("students", 80)
    chain.target("subjects", 80)
    return chain.role("all", "gateway", 8080)


def test_a_request_comes_by_https(client: httpx.Client, gateway: Container) -> None:
    answer = client.get(f"{gateway.url}/Test/student/7").json()
    assert (answer["answered_by"], answer["target"]) == ("students", "/student/7")
    headers = answer["headers"]
    assert (headers["x-forwarded-proto"], headers["x-forwarded-port"]) == ("https", "443")
    assert headers["host"] == "services.example.com"


def test_a_service_calls_another_by_the_name_in_the_certificate(gateway: Container) -> None:
    answer, redirect = gateway.output("python3", "-c", SERVICE_TO_SERVICE).splitlines()
    assert '"answered_by": "subjects"' in answer
    assert redirect == "https://services.example.com:443/subject/5"
