"""How the three labour markets are shaped: sizes of areas and of occupations, and the year's rhythm.

Orders of magnitude from the countries' published labour force surveys of 2022 to 2024 (BPS Sakernas, DOSM LFS,
NSO LFS), rounded by hand. They make the demo's figures look right; they are not statistics.
"""

from __future__ import annotations

EMPLOYED = {
    "ID": {
        "ID-AC": 2400, "ID-SU": 7300, "ID-SB": 2850, "ID-RI": 3200, "ID-JA": 1800,
        "ID-SS": 4500, "ID-BE": 1060, "ID-LA": 4700, "ID-BB": 750, "ID-KR": 1050,
    },
    "MY": {
        "MY-02": 950, "MY-03": 720, "MY-04": 440, "MY-05": 520, "MY-07": 920, "MY-08": 1080, "MY-09": 115,
        "MY-10": 3650,
    },
    "TH": {
        "TH-80": 830, "TH-81": 250, "TH-82": 150, "TH-83": 300, "TH-84": 620, "TH-85": 120, "TH-86": 290,
        "TH-90": 800, "TH-91": 160, "TH-92": 350, "TH-93": 280, "TH-94": 300, "TH-95": 240, "TH-96": 320,
    },
}  # fmt: skip
"""Employed persons, thousands, by ISO 3166-2 area of the IMT-GT."""

OUTSIDE = {"ID": 0.14, "MY": 0.12, "TH": 0.08}
"""Share of a national register's records from areas of the country outside the IMT-GT."""

EMPLOYMENT_MIX = {
    "ID": (0.4, 2.0, 7.0, 4.0, 6.0, 24.0, 28.0, 11.0, 6.0, 16.0),
    "MY": (0.6, 4.5, 14.0, 12.0, 9.0, 25.0, 6.0, 9.0, 11.0, 12.0),
    "TH": (0.5, 3.0, 6.0, 5.0, 4.0, 22.0, 34.0, 10.0, 6.0, 10.0),
}
VACANCY_MIX = {
    "ID": (0.05, 2.5, 11.0, 11.0, 11.0, 26.0, 3.0, 14.0, 12.0, 11.0),
    "MY": (0.05, 4.0, 16.0, 13.0, 8.0, 21.0, 4.0, 11.0, 13.0, 12.0),
    "TH": (0.05, 2.5, 9.0, 10.0, 9.0, 28.0, 3.0, 13.0, 10.0, 16.0),
}
JOBSEEKER_MIX = {
    "ID": (0.1, 1.5, 11.0, 10.0, 14.0, 24.0, 4.0, 13.0, 9.0, 14.0),
    "MY": (0.1, 3.0, 16.0, 14.0, 12.0, 22.0, 2.0, 9.0, 10.0, 12.0),
    "TH": (0.1, 2.0, 10.0, 9.0, 11.0, 25.0, 7.0, 12.0, 8.0, 16.0),
}
TRAINING_MIX = {
    "ID": (0.0, 0.0, 4.0, 14.0, 12.0, 22.0, 5.0, 31.0, 10.0, 2.0),
    "MY": (0.0, 0.0, 6.0, 20.0, 10.0, 18.0, 4.0, 28.0, 13.0, 1.0),
    "TH": (0.0, 0.0, 4.0, 12.0, 10.0, 28.0, 8.0, 27.0, 9.0, 2.0),
}
"""Percent of each ISCO-08 major group, 0 to 9. Registers and centres differ from employment: farmers seldom
register, armed forces hardly advertise, and centres train for crafts."""

COMMON_UNITS = (
    ("0310", "0210", "0110"),
    ("1420", "1412", "1221", "1219", "1321", "1323", "1411", "1120"),
    ("2341", "2221", "2512", "2330", "2411", "2511", "2142", "2310", "2212", "2342", "2431", "2519", "2141"),
    ("3322", "3221", "3313", "3343", "3512", "3123", "3115", "3112", "3258", "3511", "3432", "3334"),
    ("4110", "4311", "4226", "4321", "4120", "4211", "4222", "4132", "4323"),
    ("5223", "5221", "5120", "5131", "5414", "5230", "5321", "5153", "5141", "5132", "5311", "5246"),
    ("6112", "6111", "6122", "6222", "6130", "6113", "6221"),
    ("7112", "7212", "7231", "7111", "7531", "7115", "7411", "7512", "7114", "7126", "7222", "7311"),
    ("8332", "8322", "8153", "8321", "8212", "8342", "8183", "8160", "8344", "8141"),
    ("9211", "9112", "9313", "9333", "9329", "9111", "9412", "9321", "9520", "9611"),
)
"""The most frequent ISCO-08 unit groups of each major group, most frequent first; the rest follow."""

FEMALE = (0.06, 0.27, 0.55, 0.42, 0.56, 0.54, 0.33, 0.18, 0.09, 0.36)
"""Share of women by ISCO-08 major group; FEMALE_UNITS overrides it by code prefix."""

FEMALE_UNITS = {
    "2221": 0.86, "3221": 0.84, "222": 0.88, "234": 0.80, "251": 0.27, "252": 0.25, "351": 0.26, "214": 0.22,
    "512": 0.58, "5311": 0.95, "5321": 0.85, "5414": 0.07, "753": 0.78, "8153": 0.82, "8212": 0.62, "9112": 0.70,
    "9111": 0.93, "7212": 0.03, "711": 0.03, "741": 0.04,
}  # fmt: skip

SEASON = {
    "ID": (1.04, 1.03, 0.82, 0.90, 1.06, 1.04, 1.05, 1.08, 1.05, 1.02, 0.97, 0.94),
    "MY": (1.06, 0.95, 0.88, 1.00, 1.04, 1.02, 1.05, 1.04, 1.03, 1.02, 0.98, 0.93),
    "TH": (1.02, 1.00, 1.02, 0.88, 1.00, 1.01, 0.98, 0.99, 1.00, 1.06, 1.05, 0.99),
}
"""New vacancies by calendar month, January first: Eid and Chinese New Year, Songkran, the year's end."""

SCHOOL_LEAVERS = {
    "ID": (0.93, 0.93, 0.84, 0.90, 1.00, 1.12, 1.24, 1.18, 1.08, 1.00, 0.92, 0.86),
    "MY": (1.06, 0.95, 0.95, 1.06, 0.98, 0.97, 1.00, 1.06, 1.08, 1.02, 0.95, 0.92),
    "TH": (0.95, 0.97, 1.18, 1.16, 1.14, 1.04, 0.95, 0.94, 0.96, 0.98, 0.90, 0.83),
}
"""New registrations of job seekers by calendar month, January first: they follow the school and college year."""

TREND = {"ID": 0.006, "MY": 0.004, "TH": 0.005}
"""Growth of new vacancies, share a month."""
