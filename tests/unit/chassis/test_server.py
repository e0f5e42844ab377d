from chassis.server import FINISH_SECONDS, KEEP_ALIVE_SECONDS

ALB_IDLE_SECONDS = 60
GRACE_SECONDS = 30
DRAIN_SECONDS = 12


def test_the_load_balancer_is_the_one_that_closes_idle_connections() -> None:
    assert KEEP_ALIVE_SECONDS > ALB_IDLE_SECONDS


def test_draining_and_finishing_fit_into_the_grace_period() -> None:
    assert DRAIN_SECONDS + FINISH_SECONDS < GRACE_SECONDS
