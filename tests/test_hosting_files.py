"""The files for hosting in docs agree with the code and with each other."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tracker.config import UPLOAD_MEGABYTES
from tracker.web.gates.connection_limits import MAX_FILES
from tracker.web.gates.upload_gate import FRAME_BYTES

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
LARGEST_UPLOAD = UPLOAD_MEGABYTES * 1024 * 1024 + FRAME_BYTES


def read(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


def test_the_largest_file_passes_both_web_servers():
    (nginx,) = re.findall(r"client_max_body_size (\d+)m;", read("nginx.conf"))
    caddy, others = re.findall(r"max_size (\d+)MB", read("Caddyfile"))
    assert others == "1"
    assert LARGEST_UPLOAD <= int(nginx) * 1024 * 1024 < 2 * LARGEST_UPLOAD
    assert LARGEST_UPLOAD <= int(caddy) * 1_000_000 < 2 * LARGEST_UPLOAD


def test_half_requests_are_ended_before_the_dashboard_and_it_may_open_enough_files():
    assert "client_header_timeout 10s;" in read("nginx.conf") and "read_header 10s" in read("Caddyfile")
    for unit in ("tracker.service", "tracker@.service"):
        assert f"LimitNOFILE={MAX_FILES}\n" in read(unit)


def test_nobody_fills_the_log():
    for unit in ("tracker.service", "tracker@.service"):
        assert "LogRateLimitIntervalSec=60\nLogRateLimitBurst=500\n" in read(unit)
    services = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]
    assert {services[name]["logging"]["options"]["max-size"] for name in ("copy1", "copy2", "tables")} == {"10m"}


UNITS = {
    "tracker": ("/srv/tracker-data /srv/tracker-state -/srv/tracker-private", "-/srv/tracker-channels"),
    "tracker@": ("", ""),
    "tracker-announce": ("/srv/tracker-channels", "-/srv/tracker-state -/srv/tracker-private"),
    "tracker-mirror": ("/srv/tracker-mirror", "-/srv/tracker-state -/srv/tracker-private -/srv/tracker-channels"),
    "tracker-remind": ("/srv/tracker-state", "-/srv/tracker-channels -/srv/tracker-private"),
}
"""Unit → (the folders that it may write, the folders that it cannot open)."""
HARDENING = """\
NoNewPrivileges=yes CapabilityBoundingSet= ProtectSystem=strict ProtectHome=yes PrivateTmp=yes PrivateDevices=yes
ProtectClock=yes ProtectControlGroups=yes ProtectHostname=yes ProtectKernelLogs=yes ProtectKernelModules=yes
ProtectKernelTunables=yes ProtectProc=invisible LockPersonality=yes RestrictNamespaces=yes RestrictRealtime=yes
RestrictSUIDSGID=yes SystemCallArchitectures=native SystemCallErrorNumber=EPERM"""


def settings_of(name: str, key: str) -> str:
    return " ".join(re.findall(f"^{key}=(.*)$", read(name), re.M))


@pytest.mark.parametrize(("unit", "writes", "closed"), [(unit, *paths) for unit, paths in UNITS.items()], ids=UNITS)
def test_each_unit_has_only_the_rights_that_it_needs(tmp_path, unit, writes, closed):
    """With these settings `systemd-analyze security` said 1.1 to 1.5 for each unit (systemd 257); 5.0 would be "medium"."""
    assert {path.stem for path in DOCS.glob("*.service")} == {*UNITS}
    assert {*HARDENING.split()} <= {*read("hardening.conf").splitlines()}
    assert settings_of("hardening.conf", "SystemCallFilter").split()[0] == "@system-service"
    assert settings_of("hardening.conf", "RestrictAddressFamilies") == "AF_UNIX AF_INET AF_INET6"
    service = f"{unit}.service"
    assert "hardening.conf" in read(service) and f" {unit} " in read("hardening.conf").replace(";", " ")
    assert (settings_of(service, "ReadWritePaths"), settings_of(service, "InaccessiblePaths")) == (writes, closed)
    # what stands in the unit itself wins over nothing of these
    assert not {line.split("=")[0] for line in read(service).splitlines()} & {
        line.split("=")[0] for line in read("hardening.conf").splitlines() if not line.startswith(("#", "["))
    }
    if shutil.which("systemd-analyze"):
        units = tmp_path / "etc" / "systemd" / "system"
        (units / f"{service}.d").mkdir(parents=True)
        shutil.copy(DOCS / service, units)
        shutil.copy(DOCS / "hardening.conf", units / f"{service}.d")
        options = ("--offline=true", f"--root={tmp_path}", "--no-pager", service.replace("@", "@8501"))
        said = subprocess.run(("systemd-analyze", "security", *options), capture_output=True, text=True)
        (figure,) = re.findall(r"Overall exposure level for \S+: ([0-9.]+)", said.stdout) or [said.stderr]
        assert float(figure) <= 2.0


def test_timers_start_what_is_sent_and_only_who_needs_a_secret_has_it():
    for name in ("announce", "remind"):
        unit = read(f"tracker-{name}.service")
        assert f"-m tracker {name}\n" in unit and "OnCalendar=" in read(f"tracker-{name}.timer")
        assert not re.findall("^[^#].*(TRACKER_PRIVATE|TRACKER_SMTP)", unit, re.M)
    assert settings_of("tracker-announce.service", "User") == "tracker-announce"
    assert not re.findall("TRACKER_(STATE|PRIVATE)=", read("tracker-announce.service") + read("tracker-mirror.service"))


def test_a_file_that_is_uploaded_is_not_on_the_disk_of_nginx():
    assert "proxy_request_buffering off;" in read("nginx.conf")


def test_no_header_about_the_visitor_passes_either_web_server():
    names = ("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Forwarded", "X-Real-IP")
    assert re.findall(r'proxy_set_header (\S+) "";', read("nginx.conf")) == list(names)
    assert re.findall(r"header_up -(\S+)", read("Caddyfile")) == list(names)


def test_nginx_is_for_one_copy_until_the_lines_of_the_second_are_uncommented():
    one = re.sub(r"^#.*\n", "", read("nginx.conf"), flags=re.M)
    two = re.sub(r"^#2", "", read("nginx.conf"), flags=re.M)
    assert ("8502" in one, "Set-Cookie" in one, one.count("{") == one.count("}")) == (False, True, True)
    cookies = re.findall(r'"(tracker_copy=[^"]*)"', two)
    assert cookies == [f"tracker_copy=copy{n}; Path=/; HttpOnly; Secure; SameSite=Lax" for n in (1, 2)]
    assert two.count("{") == two.count("}")


def test_the_guide_names_only_files_and_settings_that_exist():
    guide = read("several-machines.md")
    for name in {"docs/tracker@.service", "docs/nginx.conf", "docs/Caddyfile", "Containerfile", "compose.yaml"}:
        assert (name in guide, (ROOT / name).is_file()) == (True, True), name
    assert "WorkingDirectory=/srv/tracker/%i\nEnvironmentFile=/etc/tracker.env\n" in read("tracker@.service")


def test_the_copies_of_compose_are_told_where_their_three_areas_are():
    services = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]
    for name in ("copy1", "copy2"):
        settings = services[name]["environment"]
        for area in ("data", "private", "state"):
            user = f"postgresql://dashboard_{area}:${{PASSWORD_{area.upper()}:?}}@database/tracker?sslmode=disable"
            assert settings[f"TRACKER_{area.upper()}"] == user
    assert services["web"]["environment"]["TRACKER_COPIES"] == "copy1:8501 copy2:8501"


def test_no_container_can_gain_rights_and_no_password_is_an_argument():
    services = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]
    for name, service in services.items():
        assert (service["cap_drop"], service["security_opt"]) == (["ALL"], ["no-new-privileges:true"]), name
        assert "PASSWORD" not in str(service.get("command")), name
        assert (service["read_only"], bool(service["mem_limit"]), service["pids_limit"] <= 512) == (True, True, True), (
            name
        )


def test_the_web_server_does_not_reach_the_database_and_only_it_reaches_the_internet():
    found = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    assert {name: {*service["networks"]} for name, service in found["services"].items()} == {
        "database": {"database"},
        "tables": {"database"},
        "copy1": {"pages", "database"},
        "copy2": {"pages", "database"},
        "web": {"internet", "pages"},
    }
    assert found["networks"] == {"internet": None, "pages": {"internal": True}, "database": {"internal": True}}
    assert [name for name, service in found["services"].items() if "ports" in service] == ["web"]


def test_each_image_that_is_pulled_is_named_by_its_digest():
    services = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"].values()
    pulled = [service["image"] for service in services if "build" not in service]
    pulled += re.findall(r"(?m)^FROM (\S+)", (ROOT / "Containerfile").read_text("utf-8"))
    assert len(pulled) == 3
    for image in pulled:
        assert re.fullmatch(r"docker\.io/library/[a-z]+:[\w.-]+@sha256:[0-9a-f]{64}", image), image


@pytest.mark.parametrize("name", ["Makefile", "Containerfile", "docs/following.md"])
def test_what_a_lock_file_names_is_installed_and_nothing_is_looked_up_again(name):
    # a newer version that came out since would be found, and refused because it has no hash
    lines = [line for line in (ROOT / name).read_text("utf-8").splitlines() if "--require-hashes" in line]
    assert lines and all("--no-deps" in line for line in lines)
