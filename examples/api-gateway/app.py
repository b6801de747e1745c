"""Two APIs behind one gateway: it takes the prefix off the path, and its own / lists the routes."""

import pulumi

from polypod import Build, Container, Gateway, Pod, Probe, Route

flask = Pod(Container("flask", image=Build("../apps/flask_echo"), port=8080, readiness=Probe.http("/health")))
fastapi = Pod(Container("fastapi", image=Build("../apps/fastapi_echo"), port=8081, readiness=Probe.http("/health")))
app = Gateway(
    [flask, fastapi],
    routes=[Route("/flask/", flask), Route("/fastapi/", fastapi)],
    port=pulumi.Config().get_int("port") or 8087,
)
