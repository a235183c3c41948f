"""Networks: which addresses lead to this machine, or to where clouds tell their secrets."""

from __future__ import annotations

import ipaddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# Of AWS by IPv6 (it tells secrets at more than one of these), Google by IPv6, Azure, Alibaba and
# Oracle; 169.254.169.254 is link-local.
METADATA = tuple(
    map(
        ipaddress.ip_network,
        (
            "fd00:ec2::/32",
            "fd20:ce::254/128",
            "168.63.129.16/32",
            "100.100.100.200/32",
            "192.0.0.192/32",
        ),
    )
)
THIS = ipaddress.IPv4Network("0.0.0.0/8")
# IPv6 addresses that lead to the IPv4 address in their last four bytes.
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
IPV4_BITS = 0xFFFFFFFF


def network(text: str) -> str:
    """An address or a network as it is written in short. Raises ValueError, in words."""
    try:
        return str(ipaddress.ip_network(text))
    except ValueError:
        raise ValueError("must be addresses or networks such as 127.0.0.1 or 10.0.0.0/8") from None


def led_to(address: Address) -> Address:
    """Where an address leads: to an IPv4 address that it holds, or to itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & IPV4_BITS)
    return address


def reason_against(address: Address) -> str | None:
    """Why nothing is sent there, behind "It "; None where something may be."""
    if address.is_loopback or address.is_unspecified or address in THIS:
        return "is this machine itself"
    if address.is_link_local:
        return "is a link-local address, such as clouds use to tell secrets"
    if any(address in each for each in METADATA):
        return "tells secrets of a cloud"
    if address.is_multicast or address.is_reserved:
        return "is no machine's address"
    return None
