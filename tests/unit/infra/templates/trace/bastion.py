"""How people get to the bastion, and from there to the database."""

from collections.abc import Iterator

from tests.unit.infra.templates.resolved.deployment import Deployment
from tests.unit.infra.templates.trace import endpoints, roles
from tests.unit.infra.templates.trace.firewall import check_connection
from tests.unit.infra.templates.trace.hops import BrokenHopError


def to_database(deployment: Deployment) -> Iterator[str]:
    """Each thing that Session Manager and then MySQL's port need.

    Raises:
        BrokenHopError: the first that is missing.
    """
    (instance,) = deployment.of_type("EC2::Instance")
    groups = instance.get("SecurityGroupIds", [])
    profile = deployment[str(instance.get("IamInstanceProfile"))]
    role = deployment[profile.get("Roles")[0]]
    if not roles.trusts(role, "ec2"):
        raise BrokenHopError(f"{role.symbol} does not trust ec2.amazonaws.com")
    for action in ("ssm:UpdateInstanceInformation", "ssmmessages:OpenDataChannel"):
        if not roles.allows(role, action, "*"):
            raise BrokenHopError(f"{role.symbol} does not allow {action}: no session opens")
    for service in ("ssm", "ssmmessages"):
        subnets = [str(instance.get("SubnetId"))]
        how = endpoints.check_reach(deployment, instance.symbol, subnets, groups, service)
        yield f"{instance.symbol} reaches {service} by {how}"
    for database in deployment.of_type("RDS::DBInstance"):
        its_groups = database.get("VPCSecurityGroups", [])
        source, target = (instance.symbol, groups), (database.symbol, its_groups)
        check_connection(deployment, source, target, int(database.get("Port", 3306)))
        yield f"{instance.symbol} reaches {database.symbol}"
