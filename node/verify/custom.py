"""Whether what the signed metadata say of a target fits its path and the profile this node holds."""

from __future__ import annotations

from node.model.perturbation import Method, Perturbed
from node.model.profile import ExchangeProfile
from node.model.release import TargetCustom, TargetKey


def check_custom(key: TargetKey, custom: TargetCustom, profile: ExchangeProfile) -> tuple[str, ...]:
    """Findings about a target's custom field, before its bytes are looked at."""
    findings: tuple[str, ...] = ()
    if (custom.dataflow, custom.period) != (key.dataflow, str(key.period)):
        findings += (f"the metadata say {custom.dataflow} {custom.period}, the path says {key.path}",)
    if key.period.frequency != profile.frequency:
        findings += (f"{key.period} has the frequency {key.period.frequency}, the profile says {profile.frequency}",)
    if key.period.start > custom.published.date():
        findings += (f"{key.period} had not begun when it was published, on {custom.published:%Y-%m-%d}",)
    if custom.revision < 1:
        findings += (f"revision {custom.revision}; the first is 1",)
    expected = Perturbed.of(profile.protection.perturbation)
    if custom.perturbation != expected:
        said = f"protected by {_method(custom.perturbation)}"
        findings += (f"{said}, the profile that this node holds says {_method(expected)}",)
    if custom.profile_version == profile.version and custom.profile_digest != profile.digest:
        findings += (f"made with another text of profile version {profile.version} than this node holds",)
    if not compatible(custom.profile_version, profile.version):
        versions = f"made with version {custom.profile_version} of the profile, this node holds {profile.version}"
        findings += (f"{versions}; both need the same first number",)
    return findings


def compatible(theirs: str, ours: str) -> bool:
    """Whether two versions of a profile can be exchanged. Source: Semantic Versioning 2.0.0, clause 8."""
    parts = theirs.split(".")
    return (
        len(parts) == 3
        and all(part.isascii() and part.isdigit() for part in parts)
        and parts[0] == ours.partition(".")[0]
    )


def _method(perturbation: Perturbed | None) -> str:
    if perturbation is None:
        return Method.SUPPRESSION.value
    return f"{perturbation.method.value} with a noise of at most {perturbation.noise}"
