"""Targets: the published evidence loads, a user's file is checked cell by cell, readings are set beside it."""

from math import inf, nan

import pytest

from sim.instruments.targets import (
    COLUMNS,
    NEEDED,
    NotComparable,
    TargetsError,
    compare,
    load_targets,
    published,
    worst_first,
)

HEADER = ",".join(NEEDED)


@pytest.fixture
def own(tmp_path):
    """A user's file from its lines."""

    def write(*lines):
        path = tmp_path / "own.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write


def test_the_evidence_loads():
    targets = load_targets()
    assert tuple(targets.columns) == COLUMNS and len(targets) == 73 and set(targets["decided"]) == {"2026-11-28"}
    published = targets.set_index("id")["value"]
    assert published[["tier_very_active", "tier_regular", "tier_occasional"]].tolist() == [14_903, 52_337, 266_126]


def test_a_third_of_what_can_be_compared_is_kept_for_validation():
    targets = load_targets().set_index("id")
    said = targets.drop(["single_platform", "ever_paid_ratio"])  # not comparable with the seven platforms
    able = said[said["role"] != "shown"]
    assert (able["role"] == "validate").mean() >= 1 / 3
    mute = targets[["value", "low", "high"]].isna().all(axis=1)
    assert set(targets.index[mute]) == {
        *("working_persons", "ever_worked", "full_time_hours", "earnings_with_deep", "earnings_without_deep"),
    }
    again = targets["repeats"]
    assert again[again != ""].to_dict() == {
        "tier_very_active": "ff_petersen_share",
        "tier_regular": "visitors_share",
        "visitors": "visitors_share",
        "full_time_equivalents": "earnings_mean",
        "hourly_with_unpaid_mturk": "hourly_pay_mturk",
    }


def test_bands_of_the_respondents_are_what_chance_does_to_a_share_of_so_many():
    rows = load_targets().set_index("id").filter(like="respondents_", axis=0)
    size = rows["note"].str.extract(r"n = (\d+)")[0].astype(float)
    half = 1.645 * (rows["value"] * (1 - rows["value"]) / size) ** 0.5
    assert len(rows) == 29 and (rows["role"] == "calibrate").sum() == 15
    assert (rows["high"] - rows["value"] - half).abs().max() < 2e-3
    assert (rows["value"] - rows["low"] - half).abs().max() < 2e-3


def test_all_problems_of_a_file_at_once(own):
    path = own(
        HEADER.replace("role", "rol"),
        "a,A,1,0,2,u,p,i,input,s,",
        "a,B,x,3,2,u,p,i,input,s,",
        "",
        ',C,"1,5",,inf,u,p,i,input,s,',
        "d,D,,1,,u,p,i,input,s",
        "e,E,,1,,u,p,i,input,s,",
        "f,F,,,,u,p,i,input,s,",
    )
    with pytest.raises(TargetsError) as caught:
        load_targets(path)
    starts = [
        "row 1: column 'role' is missing (nearest: 'rol')",
        "row 3, column 'id': 'a' is already on row 2",
        "row 3, column 'value': 'x' is not",
        "row 3, column 'low': 3 is above high, 2",
        "row 5, column 'id': is empty",
        "row 5, column 'value': '1,5' is not a finite number (decimals take a point)",
        "row 5, column 'high': 'inf'",
        "row 6: 10 cells where the header has 11",
        "row 8, column 'value': is empty: a number is needed, or a low or high",
    ]
    assert len(caught.value.problems) == len(starts)
    assert [p.startswith(s) for p, s in zip(caught.value.problems, starts, strict=True)] == [True] * len(starts)
    assert all(problem in str(caught.value) for problem in caught.value.problems)


def test_days_and_repeated_rows_are_checked_where_a_file_has_them(own):
    header, row = ",".join(COLUMNS), "{},A,1,0,2,u,p,i,calibrate,{},{},s,"
    with pytest.raises(TargetsError) as caught:
        load_targets(own(header, row.format("near", "2018-5-1", ""), row.format("b", "2018-05-01", "nearr")))
    assert [p.split(" (")[0] for p in caught.value.problems] == [
        "row 2, column 'decided': '2018-5-1' is no day",
        "row 3, column 'repeats': there is no row 'nearr'",
    ]
    assert load_targets(own(HEADER, "a,A,1,0,2,u,p,i,input,s,"))[["decided", "repeats"]].eq("").all(axis=None)


def test_rows_without_a_value_are_intervals_or_only_shown(own):
    lines = ("both,B,,0.5,3,u,p,i,calibrate,s,", "least,L,,1,,u,p,i,validate,s,", "far,F,,1,,u,p,i,validate,s,")
    targets = load_targets(own(HEADER, *lines, "beside,S,,,,u,p,i,shown,s,", "banded,S,5,4,6,u,p,i,shown,s,"))
    readings = {"both": (2.9, 0.1), "least": (7, nan), "far": (0.25, nan), "beside": (3, nan), "banded": (9, nan)}
    table = compare(targets, readings)
    assert table.set_index("id")["inside"].dropna().to_dict() == {"both": True, "least": True, "far": False}
    assert worst_first(table)["id"].iloc[0] == "far" and table["comparable"].all()
    said = [published(row, "{:g}".format) for row in table.itertuples()]
    assert said == ["0.5 to 3", "1 or more", "1 or more", "", "5"]


def test_unknown_role_and_missing_file(own, tmp_path):
    with pytest.raises(TargetsError, match=r"row 2, column 'role': 'calibrat' .* \(nearest: 'calibrate'\)"):
        load_targets(own(HEADER, "a,A,1,0,2,u,p,i,calibrat,s,"))
    with pytest.raises(TargetsError, match="cannot be read"):
        load_targets(tmp_path / "none.csv")
    assert issubclass(TargetsError, ValueError)


def test_readings_beside_targets_worst_first(own):
    targets = load_targets(
        own(
            HEADER,
            "inside,I,10,8,12,u,p,i,validate,s,",
            "near,N,10,8,12,u,p,i,validate,s,",
            "far,F,10,9,11,u,p,i,calibrate,s,",
            "sign,S,1,1,1,u,p,i,validate,s,",
            "open,O,10,8,,u,p,i,validate,s,",
            "bandless,B,10,,,u,p,i,input,s,",
            "elsewhere,E,10,8,12,u,p,i,validate,s,",
            "rival,R,10,8,12,u,p,i,validate,s,",
            "broken,K,10,8,12,u,p,i,validate,s,",
        )
    )
    readings = {
        "inside": (9, 0.5),
        "near": (13, None),  # 1 outside, half-band 2: 0.5
        "far": (12.5, 0.1),  # 1.5 outside, half-band 1: 1.5
        "sign": (-1, 0),  # a band without width
        "open": (6, 0),  # 2 below a band open above, half-band 10 - 8 = 2: 1
        "bandless": (99, 0),
        "elsewhere": NotComparable("no Foule Factory here"),
        "broken": (nan, 1),
        "extra": (inf, 1),
    }
    table = compare(targets, readings)
    assert list(table.columns) == [
        *("id", "quantity", "value", "low", "high", "unit", "role"),
        *("simulated", "uncertainty", "inside", "comparable", "reason"),
    ]
    by_id = table.set_index("id")
    assert by_id["inside"].dropna().to_dict() == {
        "inside": True,
        "near": False,
        "far": False,
        "sign": False,
        "open": False,
    }
    assert by_id.loc[~by_id["comparable"], "reason"].to_dict() == {
        "elsewhere": "no Foule Factory here",
        "rival": "no instrument here reads it",
        "broken": "the reading is not a number",
    }
    assert by_id.loc[~by_id["comparable"], "simulated"].isna().all()
    order = worst_first(table)["id"].tolist()
    assert order == ["sign", "far", "open", "near", "inside", "bandless", "elsewhere", "rival", "broken"]


def test_a_role_is_all_that_its_reader_sees(own):
    """Whatever stands in rows of other roles, even no number, the rows asked for are the same."""
    lines = (HEADER, "a,A,1,0,2,u,p,i,calibrate,s,", "b,B,{},{},2,u,p,i,validate,s,", "c,C,3,,,u,p,i,input,s,")
    seen = [load_targets(own(*(x.format(*b) for x in lines)), role="calibrate") for b in ((1, 0), (-1e9, "poison"))]
    assert seen[0].equals(seen[1]) and seen[0]["id"].tolist() == ["a"]
    assert set(load_targets(role="calibrate")["role"]) == {"calibrate"}
