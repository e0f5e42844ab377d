"""The ELBv2 API, asked with boto3: pages, attributes, tags and certificates."""

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from gateway_sim.aws_apis.elbv2_api import Elbv2Api
from gateway_sim.running.targets import Targets
from tests.fixtures.api_clients import client_of
from tests.unit.gateway_sim.conftest import Definitions

if TYPE_CHECKING:
    from types_boto3_elbv2 import ElasticLoadBalancingv2Client

_NONE = "arn:aws:elasticloadbalancing:us-east-1:000000000000"


def client_for(definitions: Definitions) -> "ElasticLoadBalancingv2Client":
    cloud = definitions.load()
    api = Elbv2Api(lambda: cloud.load_balancing, Targets(lambda: None))
    found: ElasticLoadBalancingv2Client = client_of("elbv2", api.answer)
    return found


@pytest.fixture
def elbv2(definitions: Definitions) -> "ElasticLoadBalancingv2Client":
    return client_for(definitions)


def load_balancer(elbv2: "ElasticLoadBalancingv2Client", name: str = "small-alb") -> str:
    (found,) = elbv2.describe_load_balancers(Names=[name])["LoadBalancers"]
    return found["LoadBalancerArn"]


def listener(elbv2: "ElasticLoadBalancingv2Client") -> str:
    found = elbv2.describe_listeners(LoadBalancerArn=load_balancer(elbv2))["Listeners"]
    return found[0]["ListenerArn"]


def target_group(elbv2: "ElasticLoadBalancingv2Client") -> str:
    (found,) = elbv2.describe_target_groups(Names=["small-group"])["TargetGroups"]
    return found["TargetGroupArn"]


def as_mapping(pairs: Any) -> dict[str, str]:
    return {each["Key"]: each["Value"] for each in pairs}


class TestPages:
    def test_a_list_comes_in_pages_of_the_size_that_was_asked_for(
        self, elbv2: "ElasticLoadBalancingv2Client"
    ) -> None:
        arn = listener(elbv2)
        rules = elbv2.describe_rules(ListenerArn=arn)
        assert "NextMarker" not in rules
        pages = elbv2.get_paginator("describe_rules").paginate(
            ListenerArn=arn, PaginationConfig={"PageSize": 2}
        )
        sizes, found = [], []
        for page in pages:
            sizes.append(len(page["Rules"]))
            found += page["Rules"]
        assert sizes == [2, 2, 1]
        assert found == rules["Rules"]

    @pytest.mark.parametrize("call", ["load_balancers", "target_groups"])
    def test_the_last_page_names_no_other(
        self, elbv2: "ElasticLoadBalancingv2Client", call: str
    ) -> None:
        describe = getattr(elbv2, f"describe_{call}")
        first = describe(PageSize=1)
        last = describe(PageSize=1, Marker=first["NextMarker"])
        assert "NextMarker" not in last

    @pytest.mark.parametrize(
        "wrong",
        [{"PageSize": 401}, {"PageSize": 10**12}, {"Marker": "x"}, {"Marker": "99"},
         {"Marker": "9" * 5000}, {"Marker": "-1"}],
    )  # fmt: skip
    def test_a_page_that_cannot_be_is_refused(
        self, elbv2: "ElasticLoadBalancingv2Client", wrong: dict[str, Any]
    ) -> None:
        with pytest.raises(ClientError) as caught:
            elbv2.describe_load_balancers(**wrong)
        assert caught.value.response["Error"]["Code"] == "ValidationError"
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


class TestAttributes:
    def test_a_load_balancer_has_those_that_are_set_and_the_defaults(
        self, definitions: Definitions
    ) -> None:
        definitions.change(
            "load-balancer.yaml",
            "      Name: small-alb\n",
            "      Name: small-alb\n      Scheme: internal\n      LoadBalancerAttributes:\n"
            '        - { Key: idle_timeout.timeout_seconds, Value: "7" }\n',
        )
        elbv2 = client_for(definitions)
        arn = load_balancer(elbv2)
        found = elbv2.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
        attributes = as_mapping(found)
        assert attributes["idle_timeout.timeout_seconds"] == "7"
        assert attributes["client_keep_alive.seconds"] == "3600"
        assert attributes["ipv6.deny_all_igw_traffic"] == "true"
        assert attributes["access_logs.s3.bucket"] == ""

    def test_those_of_a_network_load_balancer_are_others(
        self, elbv2: "ElasticLoadBalancingv2Client"
    ) -> None:
        arn = load_balancer(elbv2, "Nlb")
        found = elbv2.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
        attributes = as_mapping(found)
        assert attributes["load_balancing.cross_zone.enabled"] == "false"
        assert "idle_timeout.timeout_seconds" not in attributes

    def test_a_target_group_and_a_listener_have_theirs(
        self, elbv2: "ElasticLoadBalancingv2Client"
    ) -> None:
        found = elbv2.describe_target_group_attributes(TargetGroupArn=target_group(elbv2))
        attributes = as_mapping(found["Attributes"])
        assert attributes["deregistration_delay.timeout_seconds"] == "300"
        assert attributes["stickiness.type"] == "lb_cookie"
        of_listener = elbv2.describe_listener_attributes(ListenerArn=listener(elbv2))
        server = "routing.http.response.server.enabled"
        assert as_mapping(of_listener["Attributes"]) == {server: "true"}

    @pytest.mark.parametrize(
        ("call", "name", "kind"),
        [
            ("describe_load_balancer_attributes", "LoadBalancerArn", "LoadBalancer"),
            ("describe_target_group_attributes", "TargetGroupArn", "TargetGroup"),
            ("describe_listener_attributes", "ListenerArn", "Listener"),
            ("describe_listener_certificates", "ListenerArn", "Listener"),
        ],
    )
    def test_what_is_not_there_is_not_found(
        self, elbv2: "ElasticLoadBalancingv2Client", call: str, name: str, kind: str
    ) -> None:
        others = [load_balancer(elbv2), target_group(elbv2), listener(elbv2), "arn:none", "none"]
        own = {"LoadBalancer": 0, "TargetGroup": 1, "Listener": 2}[kind]
        for arn in [each for index, each in enumerate(others) if index != own]:
            with pytest.raises(ClientError) as caught:
                getattr(elbv2, call)(**{name: arn})
            assert caught.value.response["Error"]["Code"] == f"{kind}NotFound"


class TestTags:
    def test_tags_are_those_of_the_template(self, definitions: Definitions) -> None:
        tags = "      Name: small-group\n      Tags: [{ Key: team, Value: things }]\n"
        definitions.change("load-balancer.yaml", "      Name: small-group\n", tags)
        elbv2 = client_for(definitions)
        arns = [target_group(elbv2), load_balancer(elbv2)]
        found = elbv2.describe_tags(ResourceArns=arns)["TagDescriptions"]
        assert [each["ResourceArn"] for each in found] == arns
        assert found[0]["Tags"] == [{"Key": "team", "Value": "things"}]
        assert found[1]["Tags"] == []

    @pytest.mark.parametrize(
        ("part", "code"),
        [
            ("loadbalancer/app/none/1", "LoadBalancerNotFound"),
            ("targetgroup/none/1", "TargetGroupNotFound"),
            ("listener/app/none/1/2", "ListenerNotFound"),
            ("listener-rule/app/none/1/2/3", "RuleNotFound"),
        ],
    )
    def test_what_is_not_there_is_named_by_its_kind(
        self, elbv2: "ElasticLoadBalancingv2Client", part: str, code: str
    ) -> None:
        with pytest.raises(ClientError) as caught:
            elbv2.describe_tags(ResourceArns=[f"{_NONE}:{part}"])
        assert caught.value.response["Error"]["Code"] == code


class TestCertificates:
    def test_a_listener_of_http_has_none(self, elbv2: "ElasticLoadBalancingv2Client") -> None:
        arn = listener(elbv2)
        assert elbv2.describe_listener_certificates(ListenerArn=arn)["Certificates"] == []

    def test_a_listener_of_https_has_a_default_and_more(self, definitions: Definitions) -> None:
        definitions.change(
            "load-balancer.yaml",
            "      Protocol: HTTP\n      Port: 80\n",
            "      Protocol: HTTPS\n      Port: 80\n"
            "      Certificates: [{ CertificateArn: arn:aws:acm:::certificate/first }]\n",
        )
        definitions.change(
            "load-balancer.yaml",
            "Outputs:\n",
            "  More:\n    Type: AWS::ElasticLoadBalancingV2::ListenerCertificate\n"
            "    Properties:\n      ListenerArn: !Ref Listener\n"
            "      Certificates: [{ CertificateArn: arn:aws:acm:::certificate/second }]\n"
            "Outputs:\n",
        )
        elbv2 = client_for(definitions)
        arn = listener(elbv2)
        found = elbv2.describe_listener_certificates(ListenerArn=arn)["Certificates"]
        assert [(each["CertificateArn"][-6:], each["IsDefault"]) for each in found] == [
            ("/first", True), ("second", False)
        ]  # fmt: skip
        (described,) = elbv2.describe_listeners(ListenerArns=[arn])["Listeners"]
        assert described["SslPolicy"].startswith("ELBSecurityPolicy-")
        assert [each["CertificateArn"][-6:] for each in described["Certificates"]] == ["/first"]
