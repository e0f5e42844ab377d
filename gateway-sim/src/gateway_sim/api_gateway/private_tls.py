"""What a private integration finds when it speaks TLS: the certificates behind VPC links."""

from collections.abc import Iterable

from gateway_sim.cloudformation.config import Config
from gateway_sim.load_balancing.model import Address, ApplicationLoadBalancer, NetworkLoadBalancer
from gateway_sim.load_balancing.tls_model import Tls, is_one_of


class PrivateTls:
    """The names of the certificates that each address of a load balancer shows.

    A network load balancer passes TLS on unread, so it shows what is behind it.
    """

    def __init__(
        self,
        albs: Iterable[ApplicationLoadBalancer],
        nlbs: Iterable[NetworkLoadBalancer],
        config: Config,
    ) -> None:
        self._names: dict[Address, frozenset[str]] = {}
        for alb in albs:
            for listener in alb.listeners:
                address = config.address(alb.logical_id, listener.port)
                self._names[address] = _names(listener.tls)
        for nlb in nlbs:
            for each in nlb.listeners:
                address = config.address(nlb.logical_id, each.port)
                self._names[address] = self._names.get(each.target, frozenset())

    def is_refused(self, host: str, address: Address) -> bool:
        """Whether the certificate at `address` cannot be for the host of an integration's uri.

        No certificate is for the name that AWS gives to a load balancer, and whose host stands for
        that name here; of a certificate from elsewhere nothing else is known.
        """
        names = self._names.get(address, frozenset())
        if names:
            return not is_one_of(host, names)
        return host in {each.host for each in self._names}


def _names(tls: Tls | None) -> frozenset[str]:
    """Of all certificates, or none when one has names that only AWS knows."""
    certificates = tls.certificates if tls else ()
    if not all(each.names for each in certificates):
        return frozenset()
    return frozenset(name for each in certificates for name in each.names)
