import pytest

from gateway_sim.api_gateway.model import HttpIntegration
from gateway_sim.load_balancing.model import (
    Address,
    FixedResponse,
    Forward,
    NetworkListener,
    Redirect,
    Rewrite,
    WeightedForward,
)
from gateway_sim.load_balancing.target_group_settings import HealthCheck
from gateway_sim.running.roles import servers_of
from tests.unit.gateway_sim.conftest import Definitions

_ALB, _NLB = "load-balancer.yaml", "network.yaml"
_API, _OPENAPI, _CONFIG = "api.yaml", "openapi.yaml", "gateway-sim.yaml"

_INCLUDE = """
        Fn::Transform:
          Name: AWS::Include
          Parameters: { Location: openapi.yaml }
"""


class TestRightDefinitions:
    def test_rules_hold_what_the_template_says(self, definitions: Definitions) -> None:
        (alb,) = definitions.load().application_load_balancers
        assert (alb.name, alb.attributes.idle_timeout) == ("small-alb", 60)
        (listener,) = alb.listeners
        assert listener.port == 80
        assert listener.default == FixedResponse(404, "text/plain", "")
        things, rewritten, fixed, redirect = listener.rules
        assert things.paths == ("/things", "/things/*")
        assert things.action == Forward("small-group")
        assert rewritten.url_rewrite == Rewrite("^/old/(.*)$", "/things/$1")
        assert fixed.hosts == ("closed.example.com",)
        assert fixed.action == FixedResponse(503, "text/html", "closed")
        assert redirect.methods == ("POST",)
        url = "#{protocol}://#{host}:8443/#{path}?#{query}"
        assert redirect.action == Redirect(301, url)

    def test_forward_may_have_weights(self, definitions: Definitions) -> None:
        config = """
          ForwardConfig:
            TargetGroups:
              - { TargetGroupArn: !Ref Group, Weight: 10 }
              - { TargetGroupArn: !Ref Second, Weight: "0" }
            TargetGroupStickinessConfig: { Enabled: "true", DurationSeconds: 60 }
  Second:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties: { Name: second-group, Port: 81 }
  RewrittenRule:"""
        one = "\n          TargetGroupArn: !Ref Group\n  RewrittenRule:"
        definitions.change(_ALB, one, config)
        definitions.change(_CONFIG, "Group: things", "Group: things\n  Second: others")
        (alb,) = definitions.load().application_load_balancers
        weights = (("small-group", 10), ("second-group", 0))
        assert alb.listeners[0].rules[0].action == WeightedForward(weights, 60)
        assert [group.name for group in alb.target_groups] == ["small-group", "second-group"]

    def test_rules_stand_in_order_of_priority(self, definitions: Definitions) -> None:
        definitions.change(_ALB, "Priority: 10\n", "Priority: 50000\n")
        (alb,) = definitions.load().application_load_balancers
        assert [rule.priority for rule in alb.listeners[0].rules] == [20, 30, 40, 50000]

    def test_target_group_has_host_port_and_health_check(self, definitions: Definitions) -> None:
        (group,) = definitions.load().application_load_balancers[0].target_groups
        assert group.name == "small-group"
        assert group.address == Address("things", 8080)
        assert group.health_check == HealthCheck("/health", None, 10, 5, 3, 2)

    def test_health_check_has_the_defaults_of_aws(self, definitions: Definitions) -> None:
        for line in (
            "      HealthCheckPath: /health\n",
            "      HealthCheckIntervalSeconds: 10\n",
            "      HealthCheckTimeoutSeconds: 5\n",
            "      HealthyThresholdCount: 3\n",
            '      Matcher: { HttpCode: "200" }\n',
        ):
            definitions.change(_ALB, line, "")
        (group,) = definitions.load().application_load_balancers[0].target_groups
        assert group.health_check == HealthCheck("/", None, 30, 5, 5, 2, (range(200, 201),))

    def test_a_port_in_the_config_overrules_the_template(self, definitions: Definitions) -> None:
        definitions.change(_CONFIG, "Group: things", "Group: things:9000")
        definitions.change(_CONFIG, "Alb: alb", "Alb: localhost:8100")
        cloud = definitions.load()
        (alb,) = cloud.application_load_balancers
        assert alb.target_groups[0].address == Address("things", 9000)
        assert alb.listeners[0].port_here == 8100
        assert cloud.network_load_balancers[0].listeners[0].target == Address("localhost", 8100)

    def test_group_without_a_rule_needs_no_host(self, definitions: Definitions) -> None:
        spare = "  Spare: { Type: AWS::ElasticLoadBalancingV2::TargetGroup }\nOutputs:\n"
        definitions.change(_ALB, "Outputs:\n", spare)
        (alb,) = definitions.load().application_load_balancers
        assert [group.name for group in alb.target_groups] == ["small-group"]

    def test_network_listener_leads_to_the_load_balancer_behind(
        self, definitions: Definitions
    ) -> None:
        (nlb,) = definitions.load().network_load_balancers
        assert nlb.listeners == (NetworkListener(8080, 8080, Address("alb", 80)),)

    def test_network_listener_leads_to_a_group_of_addresses(self, definitions: Definitions) -> None:
        definitions.change(_NLB, "      TargetType: alb\n", "")
        definitions.change(_NLB, "      Targets: [{ Id: !Ref AlbArn }]\n", "")
        definitions.change(_CONFIG, "  Nlb: nlb\n", "  Nlb: nlb\n  NlbGroup: brokers\n")
        (nlb,) = definitions.load().network_load_balancers
        assert nlb.listeners == (NetworkListener(8080, 8080, Address("brokers", 80)),)

    def test_method_has_its_integration(self, definitions: Definitions) -> None:
        (api,) = definitions.load().rest_apis
        assert (api.name, api.stage) == ("small-api", "dev")
        (method,) = api.methods
        assert (method.http_method, method.resource) == ("GET", "/things/{id}")
        assert method.integration == HttpIntegration(
            "GET", "http://alb:8080/things/{thing}", 5000, Address("nlb", 8080),
            {"thing": "id"}, {"X-Stage": "context.stage"},
        )  # fmt: skip

    def test_query_mappings_are_kept_as_they_stand(self, definitions: Definitions) -> None:
        definitions.change(_OPENAPI, "header.X-Stage: context.stage", "querystring.a-b: \"'c'\"")
        (method,) = definitions.load().rest_apis[0].methods
        assert (method.http_integration.headers, method.http_integration.queries) == (
            {},
            {"a-b": "'c'"},
        )

    def test_integration_has_the_defaults_of_aws(self, definitions: Definitions) -> None:
        for line in (
            "        connectionType: VPC_LINK\n",
            "        connectionId: ${stageVariables.link}\n",
            "        timeoutInMillis: 5000\n",
        ):
            definitions.change(_OPENAPI, line, "")
        (method,) = definitions.load().rest_apis[0].methods
        assert method.http_integration.timeout_ms == 29_000
        assert method.http_integration.connect_to is None

    @pytest.mark.parametrize("key", ["integrationTarget", "integration-target"])
    @pytest.mark.parametrize(("name", "host"), [("AlbArn", "alb"), ("NlbArn", "nlb")])
    def test_vpc_link_v2_leads_to_its_target_with_the_stage_in_the_path(
        self, definitions: Definitions, key: str, name: str, host: str
    ) -> None:
        definitions.change(_API, "AWS::ApiGateway::VpcLink", "AWS::ApiGatewayV2::VpcLink")
        if name == "AlbArn":
            definitions.change(_API, "  NlbArn:", "  AlbArn: { Type: String }\n  NlbArn:")
        definitions.add(_OPENAPI, f"        {key}: {{ Ref: {name} }}\n")
        (method,) = definitions.load().rest_apis[0].methods
        assert method.http_integration.connect_to == Address(host, 8080)
        assert method.http_integration.uri == "http://alb:8080/dev/things/{thing}"

    def test_private_integration_connects_to_the_port_of_its_uri(
        self, definitions: Definitions
    ) -> None:
        definitions.change(_OPENAPI, "alb}:8080/things", "alb}/things")
        (method,) = definitions.load().rest_apis[0].methods
        assert method.http_integration.connect_to == Address("nlb", 80)

    def test_document_may_stand_in_the_template(self, definitions: Definitions) -> None:
        body = """
        paths:
          /here:
            get:
              x-amazon-apigateway-integration:
                type: HTTP_PROXY
                uri: !Sub http://${AlbName}/here
"""
        definitions.change(_API, _INCLUDE, body)
        (method,) = definitions.load().rest_apis[0].methods
        assert method.http_integration.uri == "http://alb/here"

    def test_document_may_be_a_file_beside_the_template(self, definitions: Definitions) -> None:
        definitions.change(_API, f"Body:{_INCLUDE}", "BodyS3Location: openapi.yaml\n")
        (method,) = definitions.load().rest_apis[0].methods
        assert method.resource == "/things/{id}"

    def test_all_files_are_known(self, definitions: Definitions) -> None:
        names = {file.name for file in definitions.load().files}
        assert names == {_ALB, _NLB, _API, _OPENAPI, _CONFIG}


class TestWrongDefinitions:
    def test_a_target_group_of_two_load_balancers_is_told(self, definitions: Definitions) -> None:
        second = """
  Second:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
  SecondListener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: !Ref Second
      Protocol: HTTP
      Port: 81
      DefaultActions: [{ Type: forward, TargetGroupArn: !Ref Group }]
Outputs:"""
        definitions.change(_ALB, "\nOutputs:", second)
        definitions.change(_CONFIG, "  Alb: alb\n", "  Alb: alb\n  Second: second\n")
        (mistake,) = definitions.mistakes()
        assert mistake.endswith(
            "Group: Alb and Second both forward to this group; a target group has one load balancer"
        )

    def test_unresolvable_values_of_several_resources_are_told_at_once(
        self, definitions: Definitions
    ) -> None:
        definitions.change(_ALB, "Priority: 10\n", "Priority: !Ref Nowhere\n")
        definitions.change(_NLB, "Protocol: TCP", "Protocol: !GetAtt Db.Protocol")
        definitions.change(_ALB, "Priority: 20\n", "Priority: 0\n")
        assert [mistake.partition(": ")[2] for mistake in definitions.mistakes()] == [
            "ThingsRule.Priority: there is no parameter or resource 'Nowhere'",
            "RewrittenRule.Priority: must be 1 to 50000, not '0'",
            "NlbListener.Protocol: there is no resource 'Db'",
        ]

    def test_a_parameter_that_no_template_has_is_told(self, definitions: Definitions) -> None:
        definitions.change(_CONFIG, "  Subnets:", "  Subnet: a\n  Subnets:")
        line = definitions.line(_CONFIG, "  Subnet: a")
        message = "parameters.Subnet: no template has a parameter of this name"
        assert definitions.mistakes() == [f"{_CONFIG}:{line}: {message}"]

    def test_a_file_that_includes_itself_is_told(self, definitions: Definitions) -> None:
        include = "{ Name: AWS::Include, Parameters: { Location: openapi.yaml } }"
        definitions.change(_OPENAPI, "paths:\n", f"info: {{ Fn::Transform: {include} }}\npaths:\n")
        (mistake,) = definitions.mistakes()
        assert mistake.endswith("Api.Body: 'openapi.yaml' includes itself")

    def test_two_parameters_that_differ_by_punctuation_are_told(
        self, definitions: Definitions
    ) -> None:
        definitions.change(_OPENAPI, "paths:\n", "paths:\n  /x/{a-b}/y/{a_b}: {}\n")
        (mistake,) = definitions.mistakes()
        assert mistake.endswith("/x/{a-b}/y/{a_b}: two parameters differ by punctuation only")

    def test_a_name_cannot_leave_its_comment(self, definitions: Definitions) -> None:
        definitions.change(_ALB, "Name: small-alb", 'Name: "small\\n} evil;"')
        (server,) = servers_of(definitions.load(), "alb", 8080)
        assert "\n# Load balancer small } evil;, port 80\n" in server.render({})
