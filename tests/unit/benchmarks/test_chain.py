"""What the CPU of its parts allows the whole chain."""

import pytest
from benchmarks.services.chain import allowed, alone, in_the_chain

HOPS = {"requests/s": 900.0, "api-gateway": 60.0, "nlb": 30.0, "alb": 50.0, "mysql": 100.0}
FOUND = {
    "hops": [HOPS | {"load": 20.0}],
    "students alone": [{"requests/s": 500.0, "students-alone": 700.0, "load": 21.0}],
    "subjects alone": [{"requests/s": 600.0, "subjects": 400.0, "mysql": 150.0, "load": 22.0}],
}


def test_a_request_passes_the_load_balancer_twice_and_asks_the_database_twice() -> None:
    assert alone(FOUND) == {
        "API Gateway": [60],
        "NLB": [30],
        "ALB, twice": [100],
        "students": [700],
        "subjects": [400],
        "MySQL, twice": [250],
        "h2load": [20],
    }


def test_each_round_is_its_own() -> None:
    twice = {name: samples * 2 for name, samples in FOUND.items()}
    twice["hops"] = [HOPS | {"load": 20.0}, HOPS | {"load": 20.0, "nlb": 33.0}]
    assert alone(twice)["NLB"] == [30, 33]
    assert alone(twice)["API Gateway"] == [60, 60]


def test_all_parts_count_in_the_chain_and_the_rate_does_not() -> None:
    assert in_the_chain([{"requests/s": 400.0, "alb": 90.0, "load": 10.0}]) == [100]


def test_more_cores_allow_more_requests() -> None:
    assert allowed(1000, cores=1) == pytest.approx(1000)
    assert allowed(2000, cores=4) == pytest.approx(2000)
