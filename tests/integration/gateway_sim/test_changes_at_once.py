"""Targets and definitions that change at the same time."""

from pathlib import Path

import httpx

from tests.fixtures.gateway import Chain, wait_until

# Takes its time with a configuration of the old definitions once the role runs, and none with one
# of the new; says on the role's standard error when it is through.
SLOW_NGINX = """\
#!/bin/sh
case "$*" in
  -t*) if [ -e /tmp/gateway-sim/nginx.pid ] && ! grep -q /basket "$4"; then
         sleep 3
         echo "tested slowly" >/proc/1/fd/2
       fi ;;
esac
exec /usr/sbin/nginx "$@"
"""


def test_the_definitions_that_came_last_are_used(
    chain: Chain, client: httpx.Client, tmp_path: Path
) -> None:
    slow = tmp_path / "nginx"
    slow.write_text(SLOW_NGINX)
    for path in (tmp_path, slow):
        path.chmod(0o755)
    leaving = chain.target("shop-orders", 8081, "leaving")
    chain.target("shop-orders", 8081)
    chain.target("shop-carts", 8082)
    alb = chain.role("alb", "shop-alb", 8000, commands=tmp_path)
    wait_until(lambda: client.get(f"{alb.url}/orders").status_code == 200, "nginx has the targets")
    slow_ones = alb.logs().count("tested slowly")
    template = chain.definitions / "load-balancer.yaml"
    right = template.read_text()
    leaving.docker.kill()
    wait_until(lambda: "deregistered" in alb.logs(), "the target is gone")
    # The configuration without the target and with the old definitions is being tested now.
    template.write_text(right.replace("[/carts/*]", "[/basket/*]"))
    try:
        wait_until(lambda: "definitions changed" in alb.logs(), "the change is seen")
        wait_until(lambda: alb.logs().count("tested slowly") > slow_ones, "the slow test is over")
        wait_until(lambda: client.get(f"{alb.url}/basket/7").status_code == 200, "it is used")
        statuses = {client.get(f"{alb.url}/basket/7").status_code for _ in range(200)}
    finally:
        template.write_text(right)
    assert statuses == {200}
