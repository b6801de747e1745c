"""The application of the benchmark as a polypod program declares it."""

from polypod import Container, Gateway, Pod, Probe, Resources, Route

SERVE = "echo ok >/tmp/index.html; trap 'exit 0' TERM; httpd -f -p 8080 -h /tmp & wait"


def application(services: int, period: str, port: int, *, http_probes: bool) -> Gateway:
    """A gateway and the services behind it.

    Args:
        services: How many services.
        period: How often the health of each is checked.
        port: The port the gateway publishes.
        http_probes: Whether the services are asked by `Probe.http` instead of by their own `wget`.
    """
    url = "http://127.0.0.1:8080/"
    ready = (
        Probe.http("/", period=period, timeout="10s")
        if http_probes
        else Probe.exec("wget", "-q", "-O", "/dev/null", url, period=period, timeout="10s")
    )
    pods = [
        Pod(
            Container(
                f"s{i}",
                image="busybox:1.37",
                command=["sh", "-c", SERVE],
                port=8080,
                readiness=ready,
                resources=Resources(memory="32Mi"),
            )
        )
        for i in range(services)
    ]
    return Gateway(pods, routes=[Route(f"/{pod.name}/", pod) for pod in pods], port=port)
