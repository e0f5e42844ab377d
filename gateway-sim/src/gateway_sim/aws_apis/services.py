"""Which of AWS's APIs a running role answers, and which one a call is for.

ELBv2 has one path, "/", for all of its calls; API Gateway's paths name what they are about.
"""

from collections.abc import Callable

from gateway_sim.aws_apis.apigateway_answers import ApiGatewayError, error_json
from gateway_sim.aws_apis.apigateway_api import ApiGatewayApi
from gateway_sim.aws_apis.elbv2_answers import ApiError, error_answer
from gateway_sim.aws_apis.elbv2_api import Elbv2Api
from gateway_sim.aws_apis.server import Answer, Call, Service
from gateway_sim.cloud import Cloud
from gateway_sim.running.roles import Role
from gateway_sim.running.targets import Targets

_ELBV2, _API_GATEWAY = {"alb", "all"}, {"api-gateway", "all"}


def service_of(role: Role, current: Callable[[], Cloud], targets: Targets) -> Service | None:
    """Answers the calls of a role's APIs; a role without one gives None.

    `current` gives the definitions that are in force, `targets` is what happens to targets now.
    """
    if role not in _ELBV2 | _API_GATEWAY:
        return None
    elbv2 = Elbv2Api(lambda: current().load_balancing, targets)
    api_gateway = ApiGatewayApi(lambda: current().api_gateway)

    def answer(call: Call) -> Answer:
        if call.path == "/":
            if role in _ELBV2:
                return elbv2.answer(call)
            message = f"the role {role} does not answer ELBv2; alb and all do"
            return error_answer(ApiError("InvalidAction", message))
        if role in _API_GATEWAY:
            return api_gateway.answer(call)
        message = f"the role {role} does not answer API Gateway; api-gateway and all do"
        return error_json(ApiGatewayError(404, "UnknownOperationException", message))

    return answer
