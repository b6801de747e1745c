#!/usr/bin/env bash
# Makes what the bare cluster is started from: Go programs built into the cache, Debian's containerd and CNI plugins.
# Prints a line 'NAME FOLDER' for each program built.
# shellcheck source=../../lib.sh
source "$(dirname "$0")/../../lib.sh"
# shellcheck source=../build.sh
source "$bare_machine/build.sh"

one_at_a_time
need containerd containerd
need runc runc
need iptables iptables
need ip iproute2
[[ -x /usr/lib/cni/bridge ]] || debian_install "there are no CNI plugins in /usr/lib/cni" containernetworking-plugins

build kubernetes "$KUBERNETES_VERSION" . "-X k8s.io/component-base/version.gitVersion=v$KUBERNETES_VERSION"
# A folder with nothing else in it, for PATH.
mkdir -p "$REPLY/bin"
ln -sf ../kubernetes "$REPLY/bin/kubectl"
echo "kubernetes $REPLY"
build pause 1 . ""
echo "pause $REPLY"
build coredns "$COREDNS_VERSION" . "-X github.com/coredns/coredns/coremain.GitCommit=v$COREDNS_VERSION"
echo "coredns $REPLY"
build metrics-server "$METRICS_SERVER_VERSION" sigs.k8s.io/metrics-server/cmd/metrics-server ""
echo "metrics-server $REPLY"
build local-path-provisioner "$LOCAL_PATH_VERSION" github.com/rancher/local-path-provisioner \
  "-X main.VERSION=v$LOCAL_PATH_VERSION"
echo "local-path-provisioner $REPLY"
