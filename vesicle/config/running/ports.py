"""Find a free port."""

import socket

from vesicle.core.errors import Conflict

MOST_TRIES = 50


def free_port(host: str, wanted: int) -> int:
    """Return the wanted port, or the next one that nobody listens on.

    Raises:
        Conflict: none of the next ports is free, or the host is not an address of this machine.
    """
    for port in range(wanted, min(wanted + MOST_TRIES, 65_536)):
        if not _is_taken(host, port):
            return port
    raise Conflict(f"Port {wanted} and those after it are taken on {host}. Name another: make run ARGS='--port 9000'")


def _is_taken(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError as error:
            raise Conflict(f"Only root may listen on port {port}. Choose one above 1023.") from error
        except socket.gaierror as error:
            raise Conflict(f"{host} is not an address of this machine.") from error
        except OSError:
            return True
    # A browser tries localhost by IPv6 first, and would reach whoever listens there.
    return host in ("127.0.0.1", "localhost") and _answers("::1", port)


def _answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=0.2):
            return True
    except OSError:
        return False
