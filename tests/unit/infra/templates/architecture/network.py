"""The VPC: two public and two private subnets, a way out of the private ones, the bastion."""

from typing import Any

from tests.unit.infra.templates.architecture.choices import Choices
from tests.unit.infra.templates.architecture.intended import Intended
from tests.unit.infra.templates.architecture.roles import role

_ENDPOINTS = {
    "EcrApiEndpoint": "ecr.api",
    "EcrDkrEndpoint": "ecr.dkr",
    "LogsEndpoint": "logs",
    "SecretsManagerEndpoint": "secretsmanager",
}
_BASTION_ENDPOINTS = {"SsmEndpoint": "ssm", "SsmMessagesEndpoint": "ssmmessages"}


def network(choices: Choices) -> Intended:
    """What is made for the network, nothing when an existing VPC is used."""
    if not choices.access:
        return {}
    found = {
        **_vpc(),
        **_subnet("PublicSubnetA", "us-west-2a", "10.0.0.0/24", "PublicRouteTable"),
        **_subnet("PublicSubnetB", "us-west-2b", "10.0.1.0/24", "PublicRouteTable"),
        **_subnet("PrivateSubnetA", "us-west-2a", "10.0.2.0/24", "PrivateRouteTable"),
        **_subnet("PrivateSubnetB", "us-west-2b", "10.0.3.0/24", "PrivateRouteTable"),
        **(_nat() if choices.access == "nat" else _endpoints(_ENDPOINTS)),
    }
    if choices.has_bastion:
        found |= bastion(choices)
    return found


def bastion(choices: Choices) -> dict[str, dict[str, Any]]:
    """An instance without key, public address or open port; Session Manager is the only way in."""
    return {
        "network.BastionInstance": {
            "is": "EC2::Instance",
            "ImageId": "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64",
            "InstanceType": "t4g.nano",
            "IamInstanceProfile": "network.BastionInstanceProfile",
            "SubnetId": "network.PrivateSubnetA",
            "SecurityGroupIds": ["network.BastionSecurityGroup"],
            "MetadataOptions": {"HttpTokens": "required"},
            "BlockDeviceMappings": [
                {
                    "DeviceName": "/dev/xvda",
                    "Ebs": {"VolumeType": "gp3", "VolumeSize": 8, "Encrypted": True},
                }
            ],
        },
        "network.BastionInstanceProfile": {
            "is": "IAM::InstanceProfile",
            "Roles": ["network.BastionRole"],
        },
        "network.BastionRole": role("ec2", managed=["AmazonSSMManagedInstanceCore"]),
        **(_endpoints(_BASTION_ENDPOINTS) if choices.access == "endpoints" else {}),
    }


def _vpc() -> dict[str, dict[str, Any]]:
    return {
        "network.Vpc": {
            "is": "EC2::VPC",
            "CidrBlock": "10.0.0.0/16",
            "EnableDnsSupport": True,
            "EnableDnsHostnames": True,
        },
        "network.InternetGateway": {"is": "EC2::InternetGateway"},
        "network.InternetGatewayAttachment": {
            "is": "EC2::VPCGatewayAttachment",
            "VpcId": "network.Vpc",
            "InternetGatewayId": "network.InternetGateway",
        },
        "network.PublicRouteTable": {"is": "EC2::RouteTable", "VpcId": "network.Vpc"},
        "network.PrivateRouteTable": {"is": "EC2::RouteTable", "VpcId": "network.Vpc"},
        "network.PublicRoute": {
            "is": "EC2::Route",
            "DependsOn": "InternetGatewayAttachment",
            "RouteTableId": "network.PublicRouteTable",
            "DestinationCidrBlock": "0.0.0.0/0",
            "GatewayId": "network.InternetGateway",
        },
        "network.S3Endpoint": {
            "is": "EC2::VPCEndpoint",
            "VpcId": "network.Vpc",
            "VpcEndpointType": "Gateway",
            "ServiceName": "com.amazonaws.us-west-2.s3",
            "RouteTableIds": ["network.PrivateRouteTable"],
        },
    }


def _subnet(name: str, zone: str, block: str, table: str) -> dict[str, dict[str, Any]]:
    return {
        f"network.{name}": {
            "is": "EC2::Subnet",
            "VpcId": "network.Vpc",
            "AvailabilityZone": zone,
            "CidrBlock": block,
            "MapPublicIpOnLaunch": False,
        },
        f"network.{name}RouteTableAssociation": {
            "is": "EC2::SubnetRouteTableAssociation",
            "SubnetId": f"network.{name}",
            "RouteTableId": f"network.{table}",
        },
    }


def _nat() -> dict[str, dict[str, Any]]:
    return {
        "network.NatAddress": {
            "is": "EC2::EIP",
            "DependsOn": "InternetGatewayAttachment",
            "Domain": "vpc",
        },
        "network.NatGateway": {
            "is": "EC2::NatGateway",
            "SubnetId": "network.PublicSubnetA",
            "AllocationId": "network.NatAddress.AllocationId",
        },
        "network.PrivateRoute": {
            "is": "EC2::Route",
            "RouteTableId": "network.PrivateRouteTable",
            "DestinationCidrBlock": "0.0.0.0/0",
            "NatGatewayId": "network.NatGateway",
        },
    }


def _endpoints(services: dict[str, str]) -> dict[str, dict[str, Any]]:
    return {
        f"network.{name}": {
            "is": "EC2::VPCEndpoint",
            "VpcId": "network.Vpc",
            "VpcEndpointType": "Interface",
            "ServiceName": f"com.amazonaws.us-west-2.{service}",
            "PrivateDnsEnabled": True,
            "SubnetIds": ["network.PrivateSubnetA", "network.PrivateSubnetB"],
            "SecurityGroupIds": ["network.EndpointSecurityGroup"],
        }
        for name, service in services.items()
    }
