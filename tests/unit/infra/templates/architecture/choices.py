"""What the parameters of a deployment choose, in the words of the intended architecture."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Choices:
    """The defaults are those of the project: parameters.yaml and the templates must agree."""

    prefix: str = "ecs-fargate"
    stage: str = "Test"
    link: str = "V1"
    access: str = "nat"  # "" when the network is somebody else's
    vpc: str = "network.Vpc"
    public: tuple[str, ...] = ("network.PublicSubnetA", "network.PublicSubnetB")
    private: tuple[str, ...] = ("network.PrivateSubnetA", "network.PrivateSubnetB")
    has_bastion: bool = False
    certificate: str = ""
    domain: str = ""
    email: str = ""

    @property
    def port(self) -> int:
        """Where the application load balancer has its rules."""
        return 443 if self.certificate else 80

    @property
    def protocol(self) -> str:
        return "https" if self.certificate else "http"

    @property
    def host(self) -> str:
        """The name by which services call each other."""
        return self.domain or "load-balancer.LoadBalancer.DNSName"


def choices(given: Mapping[str, str]) -> Choices:
    """The choices that a variant makes."""
    network: dict[str, object] = {}
    if "VpcId" in given:
        network = {
            "access": "",
            "vpc": given["VpcId"],
            "public": tuple(given["PublicSubnetIds"].split(",")),
            "private": tuple(given["PrivateSubnetIds"].split(",")),
        }
    names = {
        "Prefix": "prefix",
        "StageName": "stage",
        "VpcLinkVersion": "link",
        "PrivateAccess": "access",
        "CertificateArn": "certificate",
        "LoadBalancerDomainName": "domain",
        "AlarmEmail": "email",
    }
    plain = {names[name]: value for name, value in given.items() if name in names}
    return Choices(**{**plain, **network}, has_bastion=given.get("Bastion") == "true")  # type: ignore[arg-type]  # texts, but for the two lists
