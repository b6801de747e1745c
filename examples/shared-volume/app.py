"""A writer and a reader in one group, with one volume between them."""

from polypod import Container, Group, Mount, ScratchVolume

data = Mount("/data", ScratchVolume("data"))
app = Group(
    "shared",
    peers=[
        Container(
            "writer",
            image="busybox:1.37",
            command=["sh", "-c", "while true; do date >> /data/log.txt; sleep 1; done"],
            mounts=[data],
            user=65534,
        ),
        Container(
            "reader",
            image="busybox:1.37",
            command=["tail", "-n", "+1", "-F", "/data/log.txt"],
            mounts=[data],
            user=65534,
        ),
    ],
    termination_grace_period="1s",  # nothing is lost when a shell loop is stopped
)
