"""A real Kubernetes control plane on this machine, for tests: the code behind
the commands `up`, `down` and `user` beside it. See README.md.

Standard library only; needs Linux, Go (for the first build) and openssl.
"""

import argparse
import base64
import fcntl
import hashlib
import http.client
import json
import os
import random
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.realpath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))

# What the release v1.37.1 says of itself at /version. When go.mod moves to
# another release, move these too (its kubectl prints them); `up` checks.
RELEASE = {
    "gitVersion": "v1.37.1",
    "gitMajor": "1",
    "gitMinor": "37",
    "gitCommit": "f78e722310e50bcaca9276be22276d9e91d91308",
    "gitTreeState": "clean",
    "buildDate": "2026-09-23T17:10:04Z",
}

# The tools of go.mod: the name that Go gives the binary -> the one kept.
BINARIES = {
    "server": "etcd",
    "kube-apiserver": "kube-apiserver",
    "kube-controller-manager": "kube-controller-manager",
    "kube-scheduler": "kube-scheduler",
    "kwok": "kwok",
}

NODE = "node-1"
SERVICE_CIDR = "10.96.0.0/16"
SERVICE_IP = "10.96.0.1"
POD_CIDR = "10.244.0.0/16"
READY_SECONDS = 180


class Unavailable(Exception):
    """This machine cannot have a cluster: exit code 3."""


class Failed(Exception):
    """It should have worked and did not: exit code 1."""


class PortTaken(Failed):
    pass


def say(text):
    print(text, file=sys.stderr, flush=True)


def read(path, mode="r"):
    with open(path, mode) as f:
        return f.read()


def write(path, data, mode=0o600):
    """All of it or nothing, also for a reader at the same moment."""
    fd, tmp = tempfile.mkstemp(prefix=".tmp-", dir=os.path.dirname(path))
    with os.fdopen(fd, "wb") as f:
        f.write(data if isinstance(data, bytes) else data.encode())
    os.chmod(tmp, mode)
    os.rename(tmp, path)


class Lock:
    def __init__(self, path):
        self.path = path

    def __enter__(self):
        os.makedirs(os.path.dirname(self.path), exist_ok=True)
        self.file = open(self.path, "w")
        fcntl.flock(self.file, fcntl.LOCK_EX)
        return self

    def __exit__(self, *_):
        self.file.close()


# --- the binaries -----------------------------------------------------------


def go_environment():
    env = dict(os.environ)
    env.update(GOTOOLCHAIN="local", GOFLAGS="", GOWORK="off", CGO_ENABLED="0")
    env.pop("GO111MODULE", None)
    return env


def go(*args):
    return subprocess.run(
        ["go", *args], cwd=HERE, env=go_environment(), capture_output=True, text=True
    )


def last_line(text):
    lines = [l.strip() for l in text.splitlines() if l.strip()]
    return lines[-1] if lines else "no output"


def ldflags():
    flags = ["-s", "-w"]
    for package in ("k8s.io/component-base/version", "k8s.io/client-go/pkg/version"):
        flags += [f"-X={package}.{key}={value}" for key, value in RELEASE.items()]
    return " ".join(flags)


def cache_root():
    explicit = os.environ.get("PINTLE_CLUSTER_CACHE")
    if explicit:
        return os.path.abspath(explicit)
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.path.join(base, "pintle", "cluster")


def binaries():
    """The folder of the binaries, built if need be: once for one go.mod,
    go.sum and Go version."""
    if not shutil.which("go"):
        raise Unavailable("no Go toolchain: `go` is not on PATH")
    env = go("env", "GOVERSION", "GOOS", "GOARCH")
    if env.returncode != 0:
        raise Unavailable(f"no Go toolchain: {last_line(env.stderr)}")
    go_mod = read(os.path.join(HERE, "go.mod"))
    pinned = re.search(r"^\s*k8s\.io/kubernetes (v\S+)", go_mod, re.M).group(1)
    if pinned != RELEASE["gitVersion"]:
        raise Failed(f"go.mod pins k8s.io/kubernetes {pinned}, RELEASE says {RELEASE['gitVersion']}")
    key = "\n".join([go_mod, read(os.path.join(HERE, "go.sum")), env.stdout, ldflags()])
    root = cache_root()
    home = os.path.join(root, hashlib.sha256(key.encode()).hexdigest()[:16])
    folder = os.path.join(home, "bin")
    if os.path.isdir(folder):
        return folder
    with Lock(home + ".lock"):
        if os.path.isdir(folder):
            return folder
        build(root, home)
    return folder


def build(root, home):
    say(f"building Kubernetes {RELEASE['gitVersion']}, etcd and kwok from Go modules, once (minutes)")
    begin = time.monotonic()
    # Asks for just the modules the tools need: what fails here is the network
    # (or a Go that is too old), what fails later is the build.
    deps = go("list", "-mod=readonly", "-deps", "-f", "{{.ImportPath}}", "tool")
    if deps.returncode != 0:
        line = last_line(deps.stderr)
        if "requires go >=" in deps.stderr:
            raise Unavailable(f"no Go toolchain: it is too old: {line}")
        raise Unavailable(f"no Go modules (is there a network?): {line}")
    with tempfile.TemporaryDirectory(prefix="build-", dir=root) as tmp:
        out = os.path.join(tmp, "bin")
        os.mkdir(out)
        made = go(
            "build", "-mod=readonly", "-p", "2", "-trimpath", "-buildvcs=false",
            "-ldflags", ldflags(), "-o", out + os.sep, "tool",
        )
        if made.returncode != 0:
            raise Failed(f"go build failed:\n{made.stderr[-4000:]}")
        for name, kept in BINARIES.items():
            os.rename(os.path.join(out, name), os.path.join(out, kept))
        os.makedirs(home, exist_ok=True)
        os.rename(out, os.path.join(home, "bin"))
    say(f"built in {time.monotonic() - begin:.0f} s")


# --- keys and kubeconfigs ---------------------------------------------------


def openssl(*args):
    try:
        run = subprocess.run(["openssl", *args], capture_output=True, text=True)
    except FileNotFoundError:
        raise Unavailable("no openssl on PATH") from None
    if run.returncode != 0:
        raise Failed(f"openssl {args[0]}: {run.stderr.strip()}")


def new_key(path):
    openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", path)
    os.chmod(path, 0o600)


def new_ca(pki, name):
    new_key(f"{pki}/{name}.key")
    openssl(
        "req", "-x509", "-new", "-sha256", "-days", "3650", "-key", f"{pki}/{name}.key",
        "-subj", f"/CN=pintle-test-{name}",
        "-addext", "keyUsage=critical,keyCertSign,cRLSign", "-out", f"{pki}/{name}.crt",
    )


def new_cert(pki, ca, name, subject, extensions):
    new_key(f"{pki}/{name}.key")
    openssl(
        "req", "-new", "-sha256", "-key", f"{pki}/{name}.key", "-subj", subject,
        "-out", f"{pki}/{name}.csr",
    )
    write(
        f"{pki}/{name}.ext",
        "basicConstraints=critical,CA:FALSE\n"
        "keyUsage=critical,digitalSignature\n"
        "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n" + extensions + "\n",
    )
    openssl(
        "x509", "-req", "-sha256", "-days", "3650", "-in", f"{pki}/{name}.csr",
        "-CA", f"{pki}/{ca}.crt", "-CAkey", f"{pki}/{ca}.key",
        "-set_serial", str(random.getrandbits(120) | 1 << 119),
        "-extfile", f"{pki}/{name}.ext", "-out", f"{pki}/{name}.crt",
    )
    os.remove(f"{pki}/{name}.csr")
    os.remove(f"{pki}/{name}.ext")


def client_cert(pki, name, user, groups=(), ca="ca"):
    subject = "".join(f"/O={g}" for g in groups) + f"/CN={user}"
    new_cert(pki, ca, name, subject, "extendedKeyUsage=clientAuth")


def make_pki(pki):
    os.makedirs(pki, mode=0o700)
    new_ca(pki, "ca")
    new_ca(pki, "proxy-ca")
    names = [
        "DNS:localhost", "DNS:kubernetes", "DNS:kubernetes.default",
        "DNS:kubernetes.default.svc", "DNS:kubernetes.default.svc.cluster.local",
        "IP:127.0.0.1", f"IP:{SERVICE_IP}",
    ]
    new_cert(
        pki, "ca", "server", "/CN=kube-apiserver",
        "extendedKeyUsage=serverAuth\nsubjectAltName=" + ",".join(names),
    )
    client_cert(pki, "admin", "kubernetes-admin", ["system:masters"])
    client_cert(pki, "kwok", "kwok", ["system:masters"])
    client_cert(pki, "kubelet-client", "kube-apiserver-kubelet-client")
    client_cert(pki, "controller-manager", "system:kube-controller-manager")
    client_cert(pki, "scheduler", "system:kube-scheduler")
    client_cert(pki, "proxy-client", "front-proxy-client", ca="proxy-ca")
    new_key(f"{pki}/sa.key")
    openssl("ec", "-in", f"{pki}/sa.key", "-pubout", "-out", f"{pki}/sa.pub")


def kubeconfig(path, pki, cert, cluster, user, port):
    def embed(file):
        return base64.b64encode(read(f"{pki}/{file}", "rb")).decode()

    context = cluster if cert == "admin" else f"{user}@{cluster}"
    write(
        path,
        f"""apiVersion: v1
kind: Config
clusters:
- name: {cluster}
  cluster:
    server: https://127.0.0.1:{port}
    certificate-authority-data: {embed("ca.crt")}
users:
- name: {user}
  user:
    client-certificate-data: {embed(cert + ".crt")}
    client-key-data: {embed(cert + ".key")}
contexts:
- name: {context}
  context:
    cluster: {cluster}
    user: {user}
    namespace: default
current-context: {context}
""",
    )


# --- the API ----------------------------------------------------------------


class Api:
    """Just enough of a client, as the admin."""

    def __init__(self, state, port):
        self.port = port
        self.tls = ssl.create_default_context(cafile=f"{state}/pki/ca.crt")
        self.tls.load_cert_chain(f"{state}/pki/admin.crt", f"{state}/pki/admin.key")

    def call(self, method, path, body=None, timeout=5):
        """(status, decoded body); status 0 when there is no answer."""
        c = http.client.HTTPSConnection(
            "127.0.0.1", self.port, context=self.tls, timeout=timeout
        )
        try:
            c.request(
                method, path, None if body is None else json.dumps(body),
                {"Content-Type": "application/json"},
            )
            answer = c.getresponse()
            data = answer.read()
        except (OSError, http.client.HTTPException):
            return 0, None
        finally:
            c.close()
        try:
            return answer.status, json.loads(data)
        except ValueError:
            return answer.status, data.decode(errors="replace")

    def create(self, path, body):
        status, answer = self.call("POST", path, body)
        if status not in (201, 409):
            raise Failed(f"POST {path}: {status} {answer}")

    def ready(self):
        return self.call("GET", "/readyz")[0] == 200

    def node_ready(self):
        status, node = self.call("GET", f"/api/v1/nodes/{NODE}")
        return (
            status == 200
            and not node["spec"].get("taints")
            and any(
                c["type"] == "Ready" and c["status"] == "True"
                for c in node.get("status", {}).get("conditions", [])
            )
        )

    def exists(self, path):
        return self.call("GET", path)[0] == 200


# --- processes --------------------------------------------------------------


def boot_id():
    return read("/proc/sys/kernel/random/boot_id").strip()


def start_time(pid):
    """When the process began, in the kernel's ticks; None if it is no more."""
    try:
        fields = read(f"/proc/{pid}/stat").rpartition(")")[2].split()
    except (OSError, ValueError):
        return None
    return None if fields[0] in "ZX" else int(fields[19])


class Process:
    """One that a pid file names: by its id, its start and the machine's boot,
    so that another process with the same id is never taken for it."""

    def __init__(self, pid_file):
        self.name = os.path.basename(pid_file)[: -len(".pid")]
        data = json.loads(read(pid_file))
        self.pid, self.start, self.boot = data["pid"], data["start"], data["boot"]

    def alive(self):
        return self.boot == boot_id() and start_time(self.pid) == self.start

    def send(self, sig):
        if self.alive():
            try:
                os.kill(self.pid, sig)
            except ProcessLookupError:
                pass


def processes(state):
    found = []
    for entry in sorted(os.listdir(state)):
        if entry.endswith(".pid"):
            try:
                found.append(Process(os.path.join(state, entry)))
            except (OSError, ValueError, KeyError):
                say(f"ignored: {entry} in {state} is no pid file of ours")
    return found


def spawn(state, name, argv):
    with open(f"{state}/{name}.log", "ab") as log:
        p = subprocess.Popen(
            argv, cwd=state, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            start_new_session=True,
            # No proxy or GO* setting of the caller's gets in.
            env={k: os.environ[k] for k in ("PATH", "HOME", "TMPDIR") if k in os.environ},
        )
    write(
        f"{state}/{name}.pid",
        json.dumps({"pid": p.pid, "start": start_time(p.pid), "boot": boot_id(), "argv": argv}),
    )
    return name, p


def end_processes(state, patience=2.0):
    running = processes(state)
    for p in running:
        p.send(signal.SIGTERM)
    deadline = time.monotonic() + patience
    while any(p.alive() for p in running) and time.monotonic() < deadline:
        time.sleep(0.05)
    for p in running:
        p.send(signal.SIGKILL)
    deadline = time.monotonic() + 10
    while any(p.alive() for p in running):
        if time.monotonic() > deadline:
            raise Failed(f"still there: {[p.name for p in running if p.alive()]}")
        time.sleep(0.05)


def remove(state):
    if os.path.isdir(state):
        end_processes(state)
        shutil.rmtree(state)


def free_ports(n):
    """Below the range that the kernel gives to outgoing connections."""
    held, ports = [], []
    try:
        while len(ports) < n:
            s = socket.socket()
            try:
                s.bind(("127.0.0.1", random.randrange(21000, 32000)))
            except OSError:
                s.close()
                continue
            held.append(s)
            ports.append(s.getsockname()[1])
    finally:
        for s in held:
            s.close()
    return ports


def tail(path, lines=15):
    try:
        return "\n".join(read(path).splitlines()[-lines:])
    except OSError:
        return ""


def wait_until(state, started, what, test, deadline):
    while True:
        if test():
            return
        for name, p in started:
            if p.poll() is not None:
                log = tail(f"{state}/{name}.log")
                kind = PortTaken if "address already in use" in log else Failed
                raise kind(f"{name} ended with {p.returncode} while waiting for {what}:\n{log}")
        if time.monotonic() > deadline:
            logs = "\n".join(f"--- {n}\n{tail(f'{state}/{n}.log')}" for n, _ in started)
            raise Failed(f"no {what} after {READY_SECONDS} s\n{logs}")
        time.sleep(0.1)


# --- commands ---------------------------------------------------------------


def state_root():
    return os.path.abspath(
        os.environ.get("PINTLE_CLUSTER_STATE") or os.path.join(ROOT, "target", "cluster")
    )


def state_of(name):
    if not re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,40}[a-z0-9])?", name):
        raise argparse.ArgumentTypeError("want lower-case letters, digits and '-'")
    return os.path.join(state_root(), name)


def lock_of(state):
    return Lock(os.path.join(os.path.dirname(state), f".{os.path.basename(state)}.lock"))


def load(state):
    try:
        return json.loads(read(f"{state}/state.json"))
    except (OSError, ValueError):
        return None


def healthy(state, digest):
    data = load(state)
    if not data or data["digest"] != digest:
        return False
    running = processes(state)
    if {p.name for p in running} != set(BINARIES.values()):
        return False
    deadline = time.monotonic() + 15
    while all(p.alive() for p in running):
        api = Api(state, data["ports"]["apiserver"])
        if api.ready() and api.node_ready():
            return True
        if time.monotonic() > deadline:
            break
        time.sleep(0.3)
    return False


def start(state, name, bin_dir, digest):
    os.makedirs(state, mode=0o700)
    pki = f"{state}/pki"
    make_pki(pki)
    etcd_port, peer_port, api_port, kubelet_port = free_ports(4)
    cluster = f"pintle-{name}"

    kubeconfig(f"{state}/kubeconfig", pki, "admin", cluster, "kubernetes-admin", api_port)
    for who in ("controller-manager", "scheduler", "kwok"):
        kubeconfig(f"{pki}/{who}.kubeconfig", pki, who, cluster, who, api_port)
    write(
        f"{state}/pod.log",
        "2026-01-01T00:00:00.000000000Z stdout F a line of the log of a fake container\n",
    )
    write(
        f"{state}/kwok.yaml",
        read(f"{HERE}/stages.yaml")
        .replace("@KUBE_VERSION@", RELEASE["gitVersion"])
        .replace("@LOG_FILE@", json.dumps(f"{state}/pod.log")),
    )

    deadline = time.monotonic() + READY_SECONDS
    api = Api(state, api_port)
    etcd = f"http://127.0.0.1:{etcd_port}"
    peer = f"http://127.0.0.1:{peer_port}"
    started = [
        spawn(state, "etcd", [
            f"{bin_dir}/etcd", "--name=pintle", f"--data-dir={state}/etcd",
            f"--listen-client-urls={etcd}", f"--advertise-client-urls={etcd}",
            f"--listen-peer-urls={peer}", f"--initial-advertise-peer-urls={peer}",
            f"--initial-cluster=pintle={peer}", "--unsafe-no-fsync",
            "--quota-backend-bytes=2147483648", "--log-level=warn",
        ]),
        spawn(state, "kube-apiserver", [
            f"{bin_dir}/kube-apiserver",
            f"--etcd-servers={etcd}", "--etcd-prefix=/registry",
            "--bind-address=127.0.0.1", "--advertise-address=127.0.0.1",
            f"--secure-port={api_port}",
            # Loopback addresses may not be endpoints of a Service.
            "--endpoint-reconciler-type=none",
            f"--service-cluster-ip-range={SERVICE_CIDR}",
            "--authorization-mode=Node,RBAC",
            "--enable-admission-plugins=NodeRestriction",
            "--allow-privileged=true", "--profiling=false",
            f"--client-ca-file={pki}/ca.crt",
            f"--tls-cert-file={pki}/server.crt",
            f"--tls-private-key-file={pki}/server.key",
            "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
            f"--service-account-key-file={pki}/sa.pub",
            f"--service-account-signing-key-file={pki}/sa.key",
            f"--kubelet-client-certificate={pki}/kubelet-client.crt",
            f"--kubelet-client-key={pki}/kubelet-client.key",
            "--kubelet-preferred-address-types=InternalIP",
            f"--requestheader-client-ca-file={pki}/proxy-ca.crt",
            "--requestheader-allowed-names=front-proxy-client",
            "--requestheader-extra-headers-prefix=X-Remote-Extra-",
            "--requestheader-group-headers=X-Remote-Group",
            "--requestheader-username-headers=X-Remote-User",
            f"--proxy-client-cert-file={pki}/proxy-client.crt",
            f"--proxy-client-key-file={pki}/proxy-client.key",
        ]),
    ]
    wait_until(state, started, "ready API server", api.ready, deadline)
    status, version = api.call("GET", "/version")
    if status != 200 or version["gitVersion"] != RELEASE["gitVersion"]:
        raise Failed(f"/version says {version}")

    started += [
        spawn(state, "kube-controller-manager", [
            f"{bin_dir}/kube-controller-manager",
            f"--kubeconfig={pki}/controller-manager.kubeconfig",
            "--leader-elect=false", "--secure-port=0", "--profiling=false",
            "--use-service-account-credentials=true",
            f"--root-ca-file={pki}/ca.crt",
            f"--service-account-private-key-file={pki}/sa.key",
            f"--cluster-signing-cert-file={pki}/ca.crt",
            f"--cluster-signing-key-file={pki}/ca.key",
            f"--service-cluster-ip-range={SERVICE_CIDR}",
            "--kube-api-qps=200", "--kube-api-burst=400",
            # A busy machine is no reason to evict pods from the fake node.
            "--node-monitor-grace-period=1h",
            "--pvclaimbinder-sync-period=2s",
        ]),
        spawn(state, "kube-scheduler", [
            f"{bin_dir}/kube-scheduler",
            f"--kubeconfig={pki}/scheduler.kubeconfig",
            "--leader-elect=false", "--secure-port=0", "--profiling=false",
            "--kube-api-qps=200", "--kube-api-burst=400",
        ]),
        spawn(state, "kwok", [
            f"{bin_dir}/kwok", f"--kubeconfig={pki}/kwok.kubeconfig",
            f"--config={state}/kwok.yaml", "--manage-all-nodes=true",
            f"--cidr={POD_CIDR}", "--node-ip=127.0.0.1",
            f"--node-port={kubelet_port}", f"--server-address=127.0.0.1:{kubelet_port}",
            f"--tls-cert-file={pki}/server.crt", f"--tls-private-key-file={pki}/server.key",
            "--node-lease-duration-seconds=40",
        ]),
    ]
    api.create("/api/v1/nodes", {
        "apiVersion": "v1", "kind": "Node",
        "metadata": {"name": NODE, "labels": {
            "kubernetes.io/hostname": NODE, "kubernetes.io/os": "linux",
            "kubernetes.io/arch": "amd64", "node-role.kubernetes.io/worker": "",
        }},
    })
    api.create("/apis/storage.k8s.io/v1/storageclasses", {
        "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass",
        "metadata": {"name": "standard", "annotations": {
            "storageclass.kubernetes.io/is-default-class": "true"}},
        "provisioner": "pintle.test/volume",
        "reclaimPolicy": "Delete", "volumeBindingMode": "Immediate",
    })
    core = "/api/v1/namespaces/default"
    for what, test in [
        ("ready node", api.node_ready),
        ("default service account", lambda: api.exists(f"{core}/serviceaccounts/default")),
        ("CA of the root", lambda: api.exists(f"{core}/configmaps/kube-root-ca.crt")),
    ]:
        wait_until(state, started, what, test, deadline)

    write(f"{state}/state.json", json.dumps({
        "name": name, "digest": digest, "bin": bin_dir,
        "ports": {"etcd": etcd_port, "etcd-peer": peer_port,
                  "apiserver": api_port, "kubelet": kubelet_port},
    }, indent=1))
    add_user(state, "nobody", [])


def add_user(state, user, groups):
    data = load(state)
    if not data:
        raise Failed(f"no cluster in {state}: call up first")
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,60}", user) or any("/" in g for g in groups):
        raise Failed(f"not a name for a user or group here: {user} {groups}")
    pki, cert = f"{state}/pki", f"user-{user}"
    client_cert(pki, cert, user, groups)
    path = f"{state}/kubeconfig-{user}"
    kubeconfig(path, pki, cert, f"pintle-{data['name']}", user, data["ports"]["apiserver"])
    return path


def up(argv):
    args = parser("up", "Start a cluster, or find it running; print its kubeconfig's path.").parse_args(argv)
    state = args.state
    bin_dir = binaries()
    digest = hashlib.sha256((bin_dir + read(f"{HERE}/stages.yaml")).encode()).hexdigest()[:16]
    with lock_of(state):
        if not healthy(state, digest):
            begin = time.monotonic()
            for attempt in (1, 2, 3):
                remove(state)
                try:
                    start(state, os.path.basename(state), bin_dir, digest)
                    break
                except PortTaken as e:
                    if attempt == 3:
                        raise
                    say(f"a port was taken meanwhile, trying others: {last_line(str(e))}")
                except BaseException:
                    # Its logs stay for who looks; its processes do not.
                    if os.path.isdir(state):
                        end_processes(state)
                    raise
            say(f"cluster {os.path.basename(state)}: Kubernetes {RELEASE['gitVersion']} ready in {time.monotonic() - begin:.1f} s")
    print(f"{state}/kubeconfig", flush=True)


def down(argv):
    p = parser("down", "End a cluster and remove its state folder.")
    p.add_argument("--all", action="store_true", help="every cluster of this checkout")
    args = p.parse_args(argv)
    states = [args.state]
    if args.all:
        root = state_root()
        names = sorted(os.listdir(root)) if os.path.isdir(root) else []
        states = [os.path.join(root, n) for n in names if os.path.isdir(os.path.join(root, n))]
    for state in states:
        if os.path.isdir(state):
            with lock_of(state):
                remove(state)


def user(argv):
    p = parser("user", "Write a kubeconfig for another user, without rights until RBAC gives some; print its path.")
    p.add_argument("user")
    p.add_argument("group", nargs="*")
    args = p.parse_args(argv)
    with lock_of(args.state):
        print(add_user(args.state, args.user, args.group))


def parser(name, text):
    p = argparse.ArgumentParser(prog=f"tests/cluster/{name}", description=text)
    p.add_argument("--name", dest="state", type=state_of, default="dev", help="the cluster's (default: %(default)s)")
    return p


def main(command, argv):
    if not sys.platform.startswith("linux"):
        say("no cluster here: this needs Linux")
        return 3
    # A caller that stops us gets its processes ended, as for any failure.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        command(argv)
    except Unavailable as e:
        say(str(e))
        return 3
    except Failed as e:
        say(f"error: {e}")
        return 1
    return 0
