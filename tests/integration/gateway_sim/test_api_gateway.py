"""API Gateway between clients and integrations; row numbers are those of its behaviour table."""

import re

import httpx
import pytest

from tests.integration.gateway_sim.conftest import Shop
from tests.integration.gateway_sim.responses import assert_always


class TestToTheIntegration:
    def test_the_stage_is_not_forwarded(self, client: httpx.Client, shop: Shop) -> None:
        answer = client.get(shop.api_url("/orders/7?a=b&a=c")).json()
        assert (answer["answered_by"], answer["target"]) == ("shop-orders", "/orders/7?a=b&a=c")

    @pytest.mark.parametrize("slashes", ["/", "//", "///"])
    def test_slashes_in_front_of_the_path_count_as_one(
        self, client: httpx.Client, shop: Shop, slashes: str
    ) -> None:
        answer = client.get(f"{shop.api.url}/live{slashes}first-value").json()
        assert answer["target"] == "/anything/first-value"

    def test_the_clients_query_follows_the_uris_own(self, client: httpx.Client, shop: Shop) -> None:
        with_query = client.get(shop.api_url("/orders/7/items/3?x=y")).json()
        without = client.get(shop.api_url("/orders/7/items/3")).json()
        assert with_query["target"] == "/carts/3/of/7?price=$5&x=y"
        assert without["target"] == "/carts/3/of/7?price=$5"

    def test_headers_pass_or_are_dropped(self, client: httpx.Client, shop: Shop) -> None:  # I-01
        passed = (
            "Accept", "Accept-Charset", "Accept-Encoding", "Age", "Authorization", "Content-Type",
            "Pragma", "Range", "Referer", "Warn",
        )  # fmt: skip
        dropped = (
            "Content-Encoding", "Content-MD5", "Max-Forwards", "Proxy-Authenticate", "Server",
            "TE", "Trailer", "Upgrade", "WWW-Authenticate",
        )  # fmt: skip
        given = {name: f"given-{name}" for name in (*passed, *dropped)}
        headers = client.get(shop.api_url("/part1"), headers=given).json()["headers"]
        assert {name: headers.get(name.lower()) for name in passed} == {
            name: given[name] for name in passed
        }
        assert [name for name in (*dropped, "Connection", "Via") if name.lower() in headers] == []

    def test_host_is_the_integrations(self, client: httpx.Client, shop: Shop) -> None:
        to_alb = client.get(shop.api_url("/orders/7")).json()["headers"]
        direct = client.get(shop.api_url("/part1")).json()["headers"]
        assert to_alb["host"] == "shop-alb:8000"  # the load balancer adds its port
        assert direct["host"] == "shop-carts:8082"

    def test_api_id_and_trace_id_are_added(self, client: httpx.Client, shop: Shop) -> None:
        headers = client.get(shop.api_url("/part1")).json()["headers"]
        assert re.fullmatch(r"[a-z0-9]{10}", headers["x-amzn-apigateway-api-id"])
        assert re.fullmatch(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}", headers["x-amzn-trace-id"])

    def test_the_clients_trace_id_is_kept(self, client: httpx.Client, shop: Shop) -> None:  # I-16
        given = {"X-Amzn-Trace-Id": "Root=1-67891233-abcdef012345678912345678;Sampled=1"}
        headers = client.get(shop.api_url("/part1"), headers=given).json()["headers"]
        assert headers["x-amzn-trace-id"] == given["X-Amzn-Trace-Id"]

    def test_forwarded_headers_say_https(self, client: httpx.Client, shop: Shop) -> None:  # I-03
        given = {"X-Forwarded-For": "203.0.113.7"}
        headers = client.get(shop.api_url("/part1"), headers=given).json()["headers"]
        assert re.fullmatch(r"203\.0\.113\.7, [0-9.]+", headers["x-forwarded-for"])
        assert (headers["x-forwarded-proto"], headers["x-forwarded-port"]) == ("https", "443")

    def test_a_signature_for_api_gateway_is_not_forwarded(
        self, client: httpx.Client, shop: Shop
    ) -> None:  # I-06
        given = {"Authorization": "AWS4-HMAC-SHA256 Credential=a, SignedHeaders=b, Signature=c"}
        headers = client.get(shop.api_url("/part1"), headers=given).json()["headers"]
        assert "authorization" not in headers

    def test_mapped_headers_have_the_value_of_their_source(
        self, client: httpx.Client, shop: Shop
    ) -> None:  # I-07, I-11
        answer = client.get(
            shop.api_url("/files/a/b?order=7"), headers={"X-Original": "o", "User-Agent": "client"}
        ).json()
        headers = answer["headers"]
        assert {name: value for name, value in headers.items() if name.startswith("x-from")} == {
            "x-from-header": "o",
            "x-from-query": "7",
            "x-from-path": "a/b",
            "x-from-stage": "welcome",
            "x-from-context": "live",
        }
        assert headers["x-literal"] == 'it costs "$5"'
        assert headers["user-agent"] == "shop"

    def test_a_mapped_header_without_a_source_is_left_out(
        self, client: httpx.Client, shop: Shop
    ) -> None:  # I-11
        headers = client.get(shop.api_url("/files/a")).json()["headers"]
        assert "x-from-header" not in headers
        assert "x-from-query" not in headers

    def test_mapped_queries_follow_the_uris_own_and_the_clients(
        self, client: httpx.Client, shop: Shop
    ) -> None:  # R-21, I-11
        url = shop.api_url("/found/a+b%2Fc?Page-No=x%20y+z&q=1")
        answer = client.get(url, headers={"X-Original": "o=1"}).json()
        assert answer["target"] == (
            "/search?in=all&Page-No=x%20y+z&q=1&literal=%245%20%26%20more&from-header=o%3D1"
            "&page=x%20y%20z&word=a%2Bb%2Fc&greeting=welcome&stage=live"
        )

    def test_a_mapped_query_without_a_source_is_left_out(
        self, client: httpx.Client, shop: Shop
    ) -> None:  # I-11, R-24: names are case-sensitive
        answer = client.get(shop.api_url("/found/w?page-no=1")).json()
        assert answer["target"] == (
            "/search?in=all&page-no=1&literal=%245%20%26%20more&word=w&greeting=welcome&stage=live"
        )

    def test_the_last_of_several_values_is_mapped(
        self, client: httpx.Client, shop: Shop
    ) -> None:
        queried = client.get(shop.api_url("/found/w?Page-No=1&Page-No=2&xPage-No=3")).json()
        assert "&page=2&" in queried["target"]
        in_header = client.get(shop.api_url("/files/a?order=books&order=music")).json()
        assert in_header["headers"]["x-from-query"] == "music"

    def test_a_value_that_is_not_percent_encoded_passes_as_it_came(
        self, client: httpx.Client, shop: Shop
    ) -> None:
        answer = client.get(shop.api_url("/found/w?Page-No=100%")).json()
        assert "&page=100%&" in answer["target"]

    def test_stage_variables_are_those_of_the_stage(
        self, client: httpx.Client, shop: Shop
    ) -> None:  # I-18
        headers = client.get(f"{shop.api.url}/next/files/a").json()["headers"]
        assert headers["x-from-stage"] == "hello-again"

    def test_the_integrations_method_is_its_own(
        self, client: httpx.Client, shop: Shop
    ) -> None:  # I-14
        assert client.put(shop.api_url("/written"), content=b"abc").json()["method"] == "POST"

    def test_a_method_override_is_executed_and_not_forwarded(
        self, client: httpx.Client, shop: Shop
    ) -> None:
        override = {"X-HTTP-Method-Override": "DELETE"}
        answer = client.get(shop.api_url("/orders/7"), headers=override).json()
        assert answer["method"] == "DELETE"
        assert "x-http-method-override" not in answer["headers"]


class TestFromTheIntegration:
    def test_status_and_body_pass_unchanged(self, client: httpx.Client, shop: Shop) -> None:  # P-08
        for status in (200, 201, 400, 404, 500, 502, 503, 504):
            wanted = {"X-Echo-Status": str(status)}
            response = client.get(shop.api_url("/part1"), headers=wanted)
            assert response.status_code == status
            assert response.json()["answered_by"] == "shop-carts"
            assert "x-amzn-ErrorType" not in response.headers

    def test_headers_are_remapped(self, client: httpx.Client, shop: Shop) -> None:  # P-01, P-05
        sent = (
            '{"Authorization": "a", "Content-MD5": "b", "Max-Forwards": "c", "User-Agent": "d",'
            ' "WWW-Authenticate": "e", "X-Own": "f", "Connection": "keep-alive"}'
        )
        response = client.get(shop.api_url("/part1"), headers={"X-Echo-Headers": sent})
        assert_always(response)
        remapped = {
            name.removeprefix("x-amzn-remapped-"): value
            for name, value in response.headers.items()
            if name.startswith("x-amzn-remapped-")
        }
        assert re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} .* GMT", remapped.pop("date"))
        assert remapped == {
            "authorization": "a",
            "content-md5": "b",
            "max-forwards": "c",
            "user-agent": "d",
            "www-authenticate": "e",
            "connection": "keep-alive",
            "content-length": response.headers["Content-Length"],
            "server": "echo/1.0",
        }
        assert response.headers["X-Own"] == "f"
        for name in ("Authorization", "Content-MD5", "WWW-Authenticate", "X-Amzn-Trace-Id"):
            assert name not in response.headers

    def test_hop_headers_are_dropped(self, client: httpx.Client, shop: Shop) -> None:  # P-06
        sent = '{"Expect": "a", "Proxy-Authenticate": "b", "Trailer": "c", "Via": "d"}'
        response = client.get(shop.api_url("/part1"), headers={"X-Echo-Headers": sent})
        found = {"Expect", "Proxy-Authenticate", "Trailer", "Via"} & {*response.headers}
        assert found == set()

    def test_json_is_the_type_of_what_has_none(
        self, client: httpx.Client, shop: Shop
    ) -> None:  # P-07
        none = {"X-Echo-Headers": '{"Content-Type": null}'}
        response = client.get(shop.api_url("/part1"), headers=none)
        assert response.headers["Content-Type"] == "application/json"

    def test_head_keeps_the_length(self, client: httpx.Client, shop: Shop) -> None:
        response = client.head(shop.api_url("/written"))
        assert_always(response)
        length = response.headers["Content-Length"]
        assert response.headers["x-amzn-Remapped-Content-Length"] == length

    def test_the_clients_connection_is_closed_on_request(
        self, client: httpx.Client, shop: Shop
    ) -> None:  # P-10
        response = client.get(shop.api_url("/part1"), headers={"Connection": "close"})
        assert response.headers["Connection"] == "close"
        assert client.get(shop.api_url("/part1")).headers["Connection"] == "keep-alive"
