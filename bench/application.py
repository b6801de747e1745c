"""The application of the benchmark as a polypod program declares it."""

from polypod import Container, Gateway, Pod, Probe, Resources, Route

SERVE = "echo ok >/tmp/index.html; trap 'exit 0' TERM; httpd -f -p 8080 -h /tmp & wait"
READY = Probe.exec("wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/", period="1s", timeout="10s")
READY_HTTP = Probe.http("/", period="1s", timeout="10s")


def application(services: int, port: int, *, http_probes: bool) -> Gateway:
    """A gateway and the services behind it.

    Args:
        services: How many services.
        port: The port the gateway publishes.
        http_probes: Whether the services are asked by `Probe.http` instead of by their own `wget`.
    """
    pods = [
        Pod(
            Container(
                f"s{i}",
                image="busybox:1.37",
                command=["sh", "-c", SERVE],
                port=8080,
                readiness=READY_HTTP if http_probes else READY,
                resources=Resources(memory="32Mi"),
            )
        )
        for i in range(services)
    ]
    return Gateway(pods, routes=[Route(f"/{pod.name}/", pod) for pod in pods], port=port)
