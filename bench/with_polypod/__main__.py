"""Deploys the application of the benchmark with polypod."""

import pulumi
from bench.application import application

import polypod

config = pulumi.Config()
app = application(
    config.require_int("services"),
    config.require("period"),
    config.require_int("port"),
    http_probes=config.require_bool("httpProbes"),
)
stack = polypod.GatewayStack("app", app, target="docker")
pulumi.export("url", stack.url)
