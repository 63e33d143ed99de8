"""Months, quarters, days and times in each language."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from node.errors import NodeError
from node.model.period import TimePeriod
from node.web.language import writing
from node.web.language.current import speaking
from node.web.language.dates import day, moment, period_name, short_period
from node.web.language.languages import Language


@pytest.mark.parametrize(
    ("period", "written"),
    [
        ("2026-10", ("Oktober 2026", "Oktober 2026", "ตุลาคม พ.ศ. 2569", "October 2026")),
        ("2026-01", ("Januari 2026", "Januari 2026", "มกราคม พ.ศ. 2569", "January 2026")),
        ("2026-12", ("Desember 2026", "Disember 2026", "ธันวาคม พ.ศ. 2569", "December 2026")),
        ("2026-Q1", ("Triwulan I 2026", "Suku pertama 2026", "ไตรมาสที่ 1 พ.ศ. 2569", "1st quarter of 2026")),
        ("2026-Q4", ("Triwulan IV 2026", "Suku keempat 2026", "ไตรมาสที่ 4 พ.ศ. 2569", "4th quarter of 2026")),
    ],
)
def test_periods(period: str, written: tuple[str, ...]) -> None:
    assert tuple(period_name(TimePeriod(period), language) for language in Language) == written


@pytest.mark.parametrize(
    ("period", "written"),
    [
        ("2026-10", ("Okt 2026", "Okt 2026", "ต.ค. 69", "Oct 2026")),
        ("2026-08", ("Agu 2026", "Ogo 2026", "ส.ค. 69", "Aug 2026")),
        ("2057-08", ("Agu 2057", "Ogo 2057", "ส.ค. 00", "Aug 2057")),
        ("2026-Q3", ("Tw III 2026", "S3 2026", "ไตรมาส 3/69", "Q3 2026")),
    ],
)
def test_short_periods(period: str, written: tuple[str, ...]) -> None:
    assert tuple(short_period(TimePeriod(period), language) for language in Language) == written


@pytest.mark.parametrize("language", Language)
def test_no_two_months_are_written_alike(language: Language) -> None:
    months = [TimePeriod(f"2026-{month:02d}") for month in range(1, 13)]
    assert len({period_name(month, language) for month in months}) == 12
    assert len({short_period(month, language) for month in months}) == 12


def test_days() -> None:
    assert tuple(day(date(2026, 3, 5), language) for language in Language) == (
        "5 Maret 2026", "5 Mac 2026", "5 มีนาคม พ.ศ. 2569", "5 March 2026",
    )  # fmt: skip


def test_moments_are_in_utc() -> None:
    jakarta = datetime(2026, 3, 6, 2, 4, tzinfo=timezone(timedelta(hours=7)))
    assert tuple(moment(jakarta, language) for language in Language) == (
        "5 Maret 2026 pukul 19.04 UTC",
        "5 Mac 2026, 19:04 UTC",
        "5 มีนาคม พ.ศ. 2569 เวลา 19:04 UTC",
        "5 March 2026, 19:04 UTC",
    )


def test_a_time_without_a_zone_is_no_moment() -> None:
    with pytest.raises(NodeError, match="no time zone"):
        moment(datetime(2026, 3, 5, 7, 4), Language.ENGLISH)  # noqa: DTZ001 -- what is refused


def test_the_readers_language_is_used() -> None:
    october, at = TimePeriod("2026-10"), datetime(2026, 3, 5, 7, 4, tzinfo=UTC)
    assert (writing.month(october), writing.short_month(october)) == ("October 2026", "Oct 2026")
    assert (writing.moment(at), writing.moment(None)) == ("5 March 2026, 07:04 UTC", "never")
    with speaking(Language.THAI):
        assert (writing.month(october), writing.short_month(october)) == ("ตุลาคม พ.ศ. 2569", "ต.ค. 69")
        assert writing.moment(at) == "5 มีนาคม พ.ศ. 2569 เวลา 07:04 UTC"
