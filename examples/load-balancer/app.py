"""One route over two programs: requests go to them in turn, and past one that does not answer."""

import pulumi

from polypod import Build, Container, Gateway, Pod, Probe, Route

flask = Pod(Container("flask", image=Build("../apps/flask_echo"), port=8080, readiness=Probe.http("/health")))
fastapi = Pod(Container("fastapi", image=Build("../apps/fastapi_echo"), port=8081, readiness=Probe.http("/health")))
app = Gateway(
    [flask, fastapi],
    routes=[Route("/", [flask, fastapi])],
    port=pulumi.Config().get_int("port") or 8084,
)
