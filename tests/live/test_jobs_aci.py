"""On Azure Container Instances, jobs end: who waits for one waits for its good end, and one that failed runs again."""

from __future__ import annotations

from .conftest import OnAci

PROGRAM = """
    import pulumi
    from polypod import *

    config = pulumi.Config()
    files = Mount("/files", PersistentVolume("files", shared=True))
    script = config.get("script") or "sleep 2; echo migrated >> /files/log; test -e /files/ok || exit 3"
    job = Pod(Container("job", image="busybox:1.37", command=["sh", "-c", f"echo using $TOKEN; {script}"],
                        env={"TOKEN": Secret(config.get("token") or "open-sesame")}, mounts=[files],
                        restart=config.get("restart") or "never"), attempts=config.get_int("attempts"))
    tool = Pod(Container("tool", image="busybox:1.37", mounts=[files],
                         command=["sh", "-c", "trap exit TERM; tail -f /dev/null & wait"]))
    web = Pod(Container("web", image="busybox:1.37", port=8081, mounts=[files],
                        command=["sh", "-c", "trap exit TERM; cat /files/log; httpd -f -p 8081 & wait"]),
              depends_on=[job])
    pulumi.export("url", GatewayStack("shop", Gateway([job, tool, web], routes=[Route("/", web)],
                                                      port=config.require_int("port"))).url)
"""


def test_a_job_that_failed_runs_again_and_what_depends_on_it_waits(deploy_on_aci: OnAci, free_port: int) -> None:
    """Though nothing in the program changes; then everything is as asked for, and nothing runs twice."""
    deployment = deploy_on_aci.program(PROGRAM, {"port": str(free_port)})
    for runs in (1, 2):
        said = deployment.failing_up()
        assert "pods.job.main: the job failed" in said
        assert "exit code: 3 (Error)" in said
        assert "using [secret]" in said
        assert "open-sesame" not in said
        assert "Traceback" not in said
        assert said.count("the job failed") <= 2  # as it happens, and in the summary
        assert not deployment.groups("web")
        assert deployment.shell("tool", "tool", "grep -c migrated /files/log") == f"{runs}\n"
    deployment.shell("tool", "tool", "touch /files/ok")
    deployment.up()
    assert deployment.log("web", "web") == "migrated\n" * 3
    assert set(deployment.preview()) == {"same"}
    deployment.up()
    assert deployment.shell("tool", "tool", "grep -c migrated /files/log") == "3\n"
    # A secret is all that changes: Azure takes no update of a group that has ended.
    deployment.set("token", "close-sesame")
    deployment.up()
    assert deployment.shell("tool", "tool", "grep -c migrated /files/log") == "4\n"
    assert "open-sesame" not in deployment.exported_state()


def test_a_job_runs_as_often_as_it_may(deploy_on_aci: OnAci, free_port: int) -> None:
    """With either restart policy, in each update."""
    deployment = deploy_on_aci.program(PROGRAM, {"port": str(free_port), "attempts": "2"})
    expected = 0
    for restart in ("never", "on-failure"):
        deployment.set("restart", restart)
        for _ in range(2):
            assert "the job failed 2 times" in deployment.failing_up()
            expected += 2
            assert deployment.shell("tool", "tool", "grep -c migrated /files/log") == f"{expected}\n"
