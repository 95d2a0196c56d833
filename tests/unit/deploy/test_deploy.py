"""What is in `deploy/` is read by the tools that are here, and held against rules of our own."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

DEPLOY = Path(__file__).parents[3] / "deploy"
CHART = DEPLOY / "helm" / "byalag"
ANALYZE = shutil.which("systemd-analyze")
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
HARDENED = {
    "NoNewPrivileges=yes",
    "CapabilityBoundingSet=",
    "ProtectSystem=strict",
    "ProtectHome=yes",
    "PrivateTmp=yes",
    "PrivateDevices=yes",
    "RestrictNamespaces=yes",
    "LockPersonality=yes",
    "SystemCallArchitectures=native",
}


def instructions(file: Path) -> list[tuple[str, str]]:
    """Return the instructions of a Containerfile, continued lines joined."""
    text = re.sub(r"\\\n\s*", "", file.read_text("utf-8"))
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in lines)]


def rendered(template: Path) -> list[Any]:
    """Return a template with the chart's own values, as far as these templates need."""
    values = yaml.safe_load((CHART / "values.yaml").read_text("utf-8"))

    def value(found: re.Match[str]) -> str:
        words = found[1].strip("- ").split()
        if words[0] == "toYaml":
            return " " + json.dumps(_look(values, words[1]))
        said = str(_look(values, words[0]))
        return json.dumps(said) if "quote" in words else said

    text = template.read_text("utf-8")
    text = re.sub(r"^\s*\{\{-? *(if|range|end)\b.*\n?", "", text, flags=re.MULTILINE)
    text = re.sub(r"\{\{(.+?)\}\}", value, text)
    return list(yaml.safe_load_all(text))


def _look(values: dict[str, Any], path: str) -> Any:  # noqa: ANN401 -- a chart's values are of any type
    if path == ".":
        return 443
    if path == ".Release.Name":
        return "hub"
    found: Any = values
    for name in path.removeprefix(".Values.").split("."):
        found = found[name]
    return found


@pytest.mark.parametrize("unit", UNITS, ids=[one.name for one in UNITS])
def test_a_unit_is_hardened_and_runs_as_nobody_in_particular(unit: Path) -> None:
    lines = set(unit.read_text("utf-8").splitlines())
    assert lines >= HARDENED
    assert "User=byalag" in lines
    assert not any(line.startswith("Environment=") and "=env" in line for line in lines)


@pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not installed")
def test_systemd_understands_every_unit(tmp_path: Path) -> None:
    assert ANALYZE is not None
    for unit in (DEPLOY / "systemd").iterdir():
        if unit.suffix in {".service", ".timer"}:
            text = unit.read_text("utf-8").replace("/opt/byalag/bin/byalag", "/bin/sh")
            (tmp_path / unit.name).write_text(text, "utf-8")
    units = [str(one) for one in sorted(tmp_path.iterdir())]
    said = subprocess.run(
        [ANALYZE, "verify", "--man=no", *units], capture_output=True, text=True, check=False
    )
    assert (said.returncode, said.stderr) == (0, "")


@pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not installed")
@pytest.mark.parametrize("unit", UNITS, ids=[one.name for one in UNITS])
def test_systemd_finds_little_that_a_unit_is_exposed_by(unit: Path) -> None:
    assert ANALYZE is not None
    said = subprocess.run(
        [ANALYZE, "security", "--offline=true", "--threshold=15", str(unit)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stdout[-300:]


def test_the_image_runs_without_rights_and_is_asked_for_its_health() -> None:
    told = instructions(DEPLOY / "oci" / "Containerfile")
    names = [name for name, _ in told]
    assert [rest for name, rest in told if name == "USER"] == ["10001:10001"]
    assert names.index("USER") < names.index("ENTRYPOINT")
    assert {"HEALTHCHECK", "STOPSIGNAL", "ENTRYPOINT", "VOLUME"} <= set(names)
    assert "ADD" not in names
    for name, rest in told:
        if name == "FROM":
            assert re.fullmatch(r"docker\.io/[\w./-]+:[\w.-]+( AS \w+)?", rest)
            assert ":latest" not in rest
        if name in {"ENTRYPOINT", "CMD"}:
            assert isinstance(json.loads(rest), list)
        if name in {"ENV", "ARG"}:
            assert not re.search(r"(?i)password|secret|token|key=", rest)
        if name == "RUN" and "pip install" in rest:
            assert "-c constraints.txt" in rest
            assert "--no-cache-dir" in rest


def test_what_the_image_copies_is_here() -> None:
    root = DEPLOY.parent
    for name, rest in instructions(DEPLOY / "oci" / "Containerfile"):
        if name == "COPY" and not rest.startswith("--from"):
            *sources, _ = rest.split()
            assert [one for one in sources if not (root / one).exists()] == []


def test_every_container_of_the_composition_is_read_only_and_bounded() -> None:
    told = yaml.safe_load((DEPLOY / "compose" / "compose.yaml").read_text("utf-8"))
    for service in told["services"].values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in service["security_opt"]
        assert service["mem_limit"]
        assert service["pids_limit"]
        assert "privileged" not in service
        for mount in service["volumes"]:
            assert mount["type"] == "bind" or mount["source"] in told["volumes"]
        assert set(service["networks"]) <= set(told["networks"])
    hub = told["services"]["hub"]
    assert hub["deploy"]["replicas"] == 1
    assert "ports" not in hub
    assert (DEPLOY / "compose" / hub["build"]["context"]).resolve() == DEPLOY.parent
    assert (DEPLOY.parent / hub["build"]["dockerfile"]).is_file()


@pytest.mark.parametrize(
    "template", sorted((CHART / "templates").iterdir()), ids=lambda one: str(one.name)
)
def test_a_template_of_the_chart_balances_and_is_yaml(template: Path) -> None:
    text = template.read_text("utf-8")
    assert "{{" not in re.sub(r"\{\{[^{}]+\}\}", "", text)
    begun = len(re.findall(r"\{\{-? *(?:if|range|with)\b", text))
    assert begun == len(re.findall(r"\{\{-? *end\b", text))
    for document in rendered(template):
        assert {"apiVersion", "kind", "metadata", "spec"} <= set(document)
        assert document["metadata"]["name"] == "hub"


def test_the_chart_runs_one_hub_without_rights_and_with_all_three_probes() -> None:
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text("utf-8"))
    assert chart["apiVersion"] == "v2"
    (stateful,) = rendered(CHART / "templates" / "statefulset.yaml")
    assert stateful["spec"]["replicas"] == 1
    pod = stateful["spec"]["template"]["spec"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["automountServiceAccountToken"] is False
    (hub,) = pod["containers"]
    assert hub["securityContext"]["readOnlyRootFilesystem"] is True
    assert hub["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    probes = {"startupProbe", "livenessProbe", "readinessProbe"}
    assert probes <= set(hub)
    assert {hub[one]["httpGet"]["path"] for one in probes} == {"/health/live", "/health/ready"}
    volumes = {one["name"] for one in pod["volumes"]} | {"data"}
    assert {one["name"] for one in hub["volumeMounts"]} == volumes
    kinds = {rendered(one)[0]["kind"] for one in (CHART / "templates").iterdir()}
    assert {"PodDisruptionBudget", "NetworkPolicy", "Service"} <= kinds


@pytest.mark.parametrize(
    "file",
    [
        "oci/Containerfile",
        "compose/compose.yaml",
        "helm/byalag/Chart.yaml",
    ],
)
def test_what_has_not_been_run_says_so_in_its_first_line(file: str) -> None:
    assert (DEPLOY / file).read_text("utf-8").startswith("# Not run here")
