"""What an account has is written as definitions that route alike."""

import pytest

from gateway_sim.api_gateway.model import HttpIntegration
from gateway_sim.listing import list_routes
from gateway_sim.load_balancing.model import Address
from tests.fixtures.recorded_account import RecordedAccount
from tests.unit.gateway_sim.capture.conftest import API_ID, Capture

Output = pytest.CaptureFixture[str]

_DNS_NAME = "internal-shop-1234567890.eu-central-1.elb.amazonaws.com"


class TestRoutes:
    def test_are_those_of_the_account(self, capture: Capture) -> None:
        assert list_routes(capture.api()) == (
            "API shop, stage prod\n"
            f"  GET     /orders/{{id}}  http://{_DNS_NAME}/orders/{{id}}\n"
            "  GET     /status       http://alb/north/status\n"
            "  ANY     /v2/{proxy+}  http://shop.example.com/prod/{proxy}\n"
            "API shop, stage test\n"
            "  GET     /orders/{id}  http://test.example.com/orders/{id}\n"
            "  GET     /ping         MOCK\n"
            "  GET     /status       http://alb/south/status\n"
            "  ANY     /v2/{proxy+}  http://shop.example.com/test/{proxy}\n"
            "\n"
            "Load balancer shop, port 80\n"
            "       10 /orders/* and header X-Channel: web or app-*  "
            "forward to orders-tg (90) or orders-next (10), ^/orders/(.*)$ -> /v2/$1\n"
            "       20 old.example.com  "
            "redirect 301 to https://#{host}:443/#{path}?#{query}\n"
            "       30 query debug=1 and source 10.0.0.0/8  forward to orders-next\n"
            "  default answer 404"
        )

    def test_private_integrations_lead_through_their_links(self, capture: Capture) -> None:
        prod, _ = capture.api().rest_apis
        hops = {
            method.resource: method.integration.connect_to
            for method in prod.methods
            if isinstance(method.integration, HttpIntegration)
        }
        assert hops == {
            "/orders/{id}": Address("nlb", 8081),  # V1, whose network load balancer gave way here
            "/status": None,
            "/v2/{proxy+}": Address("alb", 80),
        }

    def test_the_network_load_balancer_leads_to_the_other_one(self, capture: Capture) -> None:
        (nlb,) = capture.api().network_load_balancers
        assert [listener.target for listener in nlb.listeners] == [Address("alb", 80)]

    def test_conditions_have_one_form_of_their_values(self, capture: Capture) -> None:
        capture.api()
        resources = capture.read("template.yaml")["Resources"].values()
        rules = [each for each in resources if each["Type"].endswith("ListenerRule")]
        assert len(rules) == 3
        # CloudFormation takes either form, not both.
        conditions = [each for rule in rules for each in rule["Properties"]["Conditions"]]
        assert not [each for each in conditions if "Values" in each]


class TestSettings:
    def test_of_listeners_and_load_balancers_are_kept(self, capture: Capture) -> None:
        (alb,) = capture.api().application_load_balancers
        assert alb.attributes.idle_timeout == 30
        assert alb.attributes.drop_invalid_header_fields
        (listener,) = alb.listeners
        assert not listener.attributes.server
        assert listener.attributes.response_headers == (
            ("Strict-Transport-Security", "max-age=31536000"),
        )

    def test_of_target_groups_are_kept(self, capture: Capture) -> None:
        (alb,) = capture.api().application_load_balancers
        first, second = alb.target_groups
        assert first.address == Address("orders", 8080)
        assert first.stickiness
        assert first.stickiness.seconds == 3600
        assert first.health_check.success_codes == (range(200, 300),)
        assert second.address == Address("orders-next", 8081)

    def test_of_stages_are_kept(self, capture: Capture) -> None:
        prod, test = capture.api().rest_apis
        assert prod.access_log == "$context.requestId $context.status"
        assert prod.canary
        assert prod.canary.percent == 25
        assert test.canary is None

    def test_gateway_responses_are_those_of_the_api_alone(self, capture: Capture) -> None:
        for api in capture.api().rest_apis:
            (kind,) = api.gateway_responses
            assert kind == "MISSING_AUTHENTICATION_TOKEN"
            assert api.gateway_responses[kind].status == 404

    def test_that_are_not_emulated_are_told(self, capture: Capture, capsys: Output) -> None:
        capture.api()
        err = capsys.readouterr().err
        assert "StageProd.MethodSettings: 'ThrottlingRateLimit' is not emulated" in err
        assert "StageProdWebAcl: AWS::WAFv2::WebACLAssociation is not emulated" in err


class TestSecrets:
    def test_are_told_by_name_and_not_written(self, capture: Capture, capsys: Output) -> None:
        capture.api()
        files = [path.read_text("utf-8") for path in capture.folder.iterdir()]
        for secret in ("hunter2", "t0ps3cret", "abc123"):
            assert not [text for text in files if secret in text]
        err = capsys.readouterr().err
        for name in (
            "stage variable of prod 'dbPassword'",
            "stage variable of prod 'apiToken'",
            "constant 'integration.request.header.X-Api-Key'",
        ):
            assert f"{name} looks like a secret and is written as not-captured\n" in err

    def test_other_constants_and_variables_are_written(self, capture: Capture) -> None:
        capture.api()
        text = (capture.folder / "openapi-prod.yaml").read_text("utf-8")
        assert "integration.request.header.X-Channel: '''web'''" in text


class TestWhatIsAsked:
    def test_only_calls_that_read(
        self, capture: Capture, recorded_account: RecordedAccount
    ) -> None:
        capture.api()
        assert all(name.startswith(("Get", "Describe")) for name in recorded_account.made)

    def test_a_load_balancer_alone_needs_no_api(
        self, capture: Capture, recorded_account: RecordedAccount
    ) -> None:
        assert capture.run("--load-balancer", "shop") == 0
        assert not [name for name in recorded_account.made if name.startswith("Get")]
        assert {path.name for path in capture.folder.iterdir()} == {
            "gateway-sim.yaml",
            "template.yaml",
        }

    def test_what_the_api_leads_to_is_read_once(
        self, capture: Capture, recorded_account: RecordedAccount
    ) -> None:
        assert capture.run("--api-id", API_ID, "--load-balancer", "shop") == 0
        assert recorded_account.made.count("DescribeLoadBalancerAttributes") == 2
