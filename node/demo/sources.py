"""The demo's registers: who keeps which, in which form, coding and column names, and how they are written."""

from __future__ import annotations

import gzip
import io
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from node.model.records import Scheme

KBJI, MASCO, ISCO = Scheme("KBJI", "2014"), Scheme("MASCO", "2020"), Scheme("ISCO", "08")
KEMENDAGRI, BPS, DOSM, DOPA = (
    Scheme("KEMENDAGRI", "2022"),
    Scheme("BPS", "2018"),
    Scheme("DOSM", "2020"),
    Scheme("DOPA", "2022"),
)


@dataclass(frozen=True, slots=True)
class DemoSource:
    """One register. `columns`: the profile's field (or `occupation`, `place`) to the register's own column name.

    `share`: of the node's records; `sexes`: what the register writes for F and M; `only`, `without`: districts.
    """

    id: str
    dataflow: str
    kind: str
    file: str
    share: float
    occupation: Scheme
    place: Scheme
    columns: tuple[tuple[str, str], ...]
    table: str | None = None
    areas: tuple[str, ...] = ()
    sexes: tuple[tuple[str, str], ...] = ()
    only: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()


REGENCIES_BPS = frozenset({"1276", "1208", "1304", "3216", "3273", "3213", "3325", "8204"})
"""Kota Binjai, Kabupaten Asahan and Sijunjung; outside the IMT-GT Kabupaten Bekasi, Kota Bandung, Kabupaten
Subang, Batang and Halmahera Selatan: local governments that keep their own vacancies, in BPS codes."""

REGENCIES_KEMENDAGRI = frozenset({"12.75", "12.09", "13.03", "32.16", "32.73", "32.13", "33.25", "82.04"})
"""The same in the ministry of home affairs' codes: the national register leaves them out."""

SOURCES: dict[str, tuple[DemoSource, ...]] = {
    "ID": (
        DemoSource(
            "sisnaker", "VACANCIES", "csv", "sisnaker_lowongan.csv.gz", 0.34, KBJI, KEMENDAGRI,
            (
                ("record", "id_lowongan"), ("occupation", "kode_kbji"), ("place", "kode_wilayah"),
                ("employer", "nib_perusahaan"), ("opened", "tanggal_buka"), ("closed", "tanggal_tutup"),
                ("posts", "jumlah_posisi"),
            ),
            without=REGENCIES_KEMENDAGRI,
        ),
        DemoSource(
            "dinas", "VACANCIES", "csv", "dinas_kabupaten_kota.csv", 0.05, KBJI, BPS,
            (
                ("record", "nomor"), ("occupation", "kbji"), ("place", "kode_bps"), ("employer", "nib"),
                ("opened", "dibuka"), ("closed", "ditutup"), ("posts", "kuota"),
            ),
            areas=("ID-SU", "ID-SB"),
            only=REGENCIES_BPS,
        ),
        DemoSource(
            "pencaker", "JOBSEEKERS", "parquet", "sisnaker_pencari_kerja.parquet", 0.44, KBJI, KEMENDAGRI,
            (
                ("record", "id_pencari_kerja"), ("occupation", "kode_kbji"), ("place", "kode_wilayah"),
                ("SEX", "jenis_kelamin"), ("registered", "tanggal_daftar"), ("left", "tanggal_keluar"),
                ("placed", "tanggal_penempatan"),
            ),
            sexes=(("F", "P"), ("M", "L")),
        ),
        DemoSource(
            "vtc-net", "TRAINING", "csv", "vtc_net_pelatihan.csv", 0.05, KBJI, KEMENDAGRI,
            (
                ("record", "id_pelatihan"), ("occupation", "kode_kbji"), ("place", "kode_wilayah"),
                ("centre", "id_lembaga"), ("starts", "mulai"), ("ends", "selesai"), ("places", "kapasitas"),
                ("enrolled", "peserta"), ("graduated", "lulusan"),
            ),
        ),
        DemoSource(
            "survei", "EMPLOYMENT", "csv", "survei_angkatan_kerja.csv.gz", 0.12, KBJI, BPS,
            (
                ("record", "nomor_responden"), ("occupation", "kbji"), ("place", "kode_bps"), ("SEX", "jk"),
                ("reference", "tanggal_wawancara"), ("weight", "penimbang"),
            ),
            sexes=(("F", "2"), ("M", "1")),
        ),
    ),
    "MY": (
        DemoSource(
            "kekosongan", "VACANCIES", "parquet", "kekosongan_jawatan.parquet", 0.39, MASCO, DOSM,
            (
                ("record", "no_rujukan"), ("occupation", "kod_masco"), ("place", "kod_daerah"),
                ("employer", "no_majikan"), ("opened", "tarikh_iklan"), ("closed", "tarikh_tutup"),
                ("posts", "bilangan"),
            ),
        ),
        DemoSource(
            "pencari-kerja", "JOBSEEKERS", "parquet", "pencari_kerja.parquet", 0.44, MASCO, DOSM,
            (
                ("record", "no_daftar"), ("occupation", "kod_masco"), ("place", "kod_daerah"), ("SEX", "jantina"),
                ("registered", "tarikh_daftar"), ("left", "tarikh_keluar"), ("placed", "tarikh_penempatan"),
            ),
            sexes=(("F", "PEREMPUAN"), ("M", "LELAKI")),
        ),
        DemoSource(
            "latihan", "TRAINING", "parquet", "latihan_kemahiran.parquet", 0.05, MASCO, DOSM,
            (
                ("record", "no_kursus"), ("occupation", "kod_masco"), ("place", "kod_daerah"),
                ("centre", "kod_pusat"), ("starts", "mula"), ("ends", "tamat"), ("places", "tempat"),
                ("enrolled", "pelatih"), ("graduated", "tamat_latihan"),
            ),
        ),
        DemoSource(
            "tenaga-buruh", "EMPLOYMENT", "parquet", "penyiasatan_tenaga_buruh.parquet", 0.12, MASCO, DOSM,
            (
                ("record", "no_responden"), ("occupation", "kod_masco"), ("place", "kod_daerah"),
                ("SEX", "jantina"), ("reference", "tarikh_rujukan"), ("weight", "pemberat"),
            ),
            sexes=(("F", "P"), ("M", "L")),
        ),
    ),
    "TH": (
        DemoSource(
            "vacancies", "VACANCIES", "sql", "doe_register.sqlite", 0.39, ISCO, DOPA,
            (
                ("record", "vacancy_no"), ("occupation", "isco08"), ("place", "amphoe"),
                ("employer", "employer_no"), ("opened", "posted_on"), ("closed", "closed_on"),
                ("posts", "positions"),
            ),
            table="vacancy",
        ),
        DemoSource(
            "job-seekers", "JOBSEEKERS", "sql", "doe_register.sqlite", 0.44, ISCO, DOPA,
            (
                ("record", "registration_no"), ("occupation", "isco08"), ("place", "amphoe"), ("SEX", "sex"),
                ("registered", "registered_on"), ("left", "left_on"), ("placed", "placed_on"),
            ),
            table="job_seeker",
            sexes=(("F", "2"), ("M", "1")),
        ),
        DemoSource(
            "training", "TRAINING", "sql", "doe_register.sqlite", 0.05, ISCO, DOPA,
            (
                ("record", "course_no"), ("occupation", "isco08"), ("place", "amphoe"), ("centre", "centre_no"),
                ("starts", "starts_on"), ("ends", "ends_on"), ("places", "places"), ("enrolled", "enrolled"),
                ("graduated", "graduated"),
            ),
            table="course",
        ),
        DemoSource(
            "labour-force-survey", "EMPLOYMENT", "sql", "doe_register.sqlite", 0.12, ISCO, DOPA,
            (
                ("record", "person_no"), ("occupation", "isco08"), ("place", "amphoe"), ("SEX", "sex"),
                ("reference", "interviewed_on"), ("weight", "weight"),
            ),
            table="labour_force_survey",
            sexes=(("F", "2"), ("M", "1")),
        ),
    ),
}  # fmt: skip
"""The registers of each node, by country. A node's shares add to 1."""


def as_kept(rows: pa.Table, source: DemoSource) -> pa.Table:
    """Generated rows with the register's own column names and its own codes for the sexes."""
    names = dict(source.columns)
    if source.sexes:
        written = pa.array([dict(source.sexes).get(sex) for sex in rows["SEX"].to_pylist()], pa.string())
        rows = rows.set_column(rows.column_names.index("SEX"), "SEX", written)
    return rows.select(list(names)).rename_columns(list(names.values()))


def write_source(rows: pa.Table, source: DemoSource, folder: Path) -> Path:
    """Writes the register's file below `folder`; the same rows give the same bytes. An SQL source adds its table."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / source.file
    if source.kind == "csv":
        path.write_bytes(_csv_bytes(rows, packed=path.suffix == ".gz"))
    elif source.kind == "parquet":
        pq.write_table(rows, path, compression="zstd")
    else:
        _write_sql(rows, path, source.table or source.id)
    return path


def _csv_bytes(rows: pa.Table, *, packed: bool) -> bytes:
    text = io.BytesIO()
    pa_csv.write_csv(rows, text, pa_csv.WriteOptions(quoting_style="needed"))
    return gzip.compress(text.getvalue(), compresslevel=5, mtime=0) if packed else text.getvalue()


def _write_sql(rows: pa.Table, path: Path, table: str) -> None:
    """One table of an SQLite database; dates as ISO 8601 text, as SQLite has no type of its own for them."""
    types = {"int64": "INTEGER", "double": "REAL", "string": "TEXT", "date32[day]": "DATE"}
    columns = ", ".join(f'"{field.name}" {types[str(field.type)]}' for field in rows.schema)
    texts = [column.cast(pa.string()) if pa.types.is_date(column.type) else column for column in rows.itercolumns()]
    values = zip(*(column.to_pylist() for column in texts), strict=True)
    marks = ", ".join("?" * rows.num_columns)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(f'DROP TABLE IF EXISTS "{table}"')
        database.execute(f'CREATE TABLE "{table}" ({columns})')
        database.executemany(f'INSERT INTO "{table}" VALUES ({marks})', values)
