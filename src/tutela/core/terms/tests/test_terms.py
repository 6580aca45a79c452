"""Promises of the words: every code has its labels, contradictions are named, nothing maps upward."""

from __future__ import annotations

import itertools
from collections import Counter
from enum import StrEnum
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.core.kernel.tables import BadTable
from tutela.core.terms import assessment, exchange, labels, mappings, nodes, states
from tutela.core.terms.assessment import AgeBand, Assessed, Category, Reality, YesNo
from tutela.core.terms.mappings import Quality, Scheme

GROUPS: dict[str, type[StrEnum]] = {
    "item_state": states.ItemState,
    "report_state": states.ReportState,
    "close_reason": states.CloseReason,
    "decision": states.DecisionKind,
    "worry": states.Worry,
    "wish": states.Wish,
    "item_kind": states.ItemKind,
    "check_outcome": states.CheckOutcome,
    "answer_kind": states.AnswerKind,
    "role": states.Role,
    "quality": Quality,
    "node_role": nodes.NodeRole,
    "receipt_step": exchange.ReceiptStep,
    "handover_state": exchange.HandoverState,
    "police_outcome": exchange.PoliceOutcome,
    "provider_answer": exchange.ProviderAnswer,
    "ask": exchange.Ask,
    "source_grade": exchange.SourceGrade,
    "handling_code": exchange.HandlingCode,
    "law_outcome": exchange.LawOutcome,
    "opinion": exchange.Opinion,
    "overlap_scope": exchange.OverlapScope,
    **{assessment.GROUPS[name]: kind for name, kind in assessment.FIELDS.items()},
}
ALL = [
    Assessed(*values)
    for values in itertools.product(
        Reality, AgeBand, Category, YesNo, YesNo, [YesNo.UNCLEAR], [YesNo.UNCLEAR]
    )
]


@pytest.mark.parametrize("group", GROUPS)
def test_every_code_has_its_labels_and_no_label_is_left_over(group: str) -> None:
    assert [entry.code for entry in labels.labels_of(group)] == [code.value for code in GROUPS[group]]


def test_every_state_has_a_group() -> None:
    both = [*vars(states).values(), *vars(exchange).values()]
    kinds = {kind for kind in both if isinstance(kind, type) and issubclass(kind, StrEnum)}
    assert kinds - {StrEnum} <= set(GROUPS.values())


def test_georgian_labels_are_in_georgian() -> None:
    for entry in labels.load().values():
        assert any("ა" <= letter <= "ჰ" for letter in entry.text["ka"]), entry
        assert entry.text["en"].isprintable()


def test_every_value_and_field_of_an_assessment_has_a_key_of_its_own() -> None:
    fields = [labels.key("field", name) for name in assessment.FIELDS]
    assert Counter(fields).most_common(1)[0][1] == 1
    for name, kind in assessment.FIELDS.items():
        keys = [labels.key(assessment.GROUPS[name], code) for code in kind]
        assert all(len(key) == 1 for key in keys)
        assert len(set(keys)) == len(keys)
        assert not set(keys) & set(fields)


def test_a_label_is_given_in_the_language_asked_for_or_in_english() -> None:
    assert labels.label("category", "baseline", "ka-GE") == labels.label("category", "baseline", "ka")
    assert labels.label("category", "baseline", "ar") == labels.label("category", "baseline", "en")
    with pytest.raises(KeyError):
        labels.label("category", "unheard_of")


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ("reality,drawn,1,Drawn,\n", "only the key may be empty"),
        ("reality,drawn,1,Drawn,ა\nreality,drawn,2,Drawn,ა\n", "stands twice"),
        ("reality,drawn,1,Drawn,ა\nreality,text,1,Text,ა\n", "key 1 of reality"),
        ("reality,drawn,1,Drawn\n", "4 values for 5 columns"),
    ],
)
def test_a_wrong_row_of_labels_is_named(tmp_path: Path, rows: str, fault: str) -> None:
    table = tmp_path / "labels.csv"
    table.write_text("group,code,key,en,ka\n" + rows)
    with pytest.raises(BadTable, match=fault):
        labels.load(table)


def test_a_table_with_other_columns_is_refused(tmp_path: Path) -> None:
    table = tmp_path / "labels.csv"
    table.write_text("group,code\n")
    with pytest.raises(BadTable, match=r"labels\.csv, line 1"):
        labels.load(table)


def test_an_assessment_survives_the_way_to_codes_and_back() -> None:
    for assessed in ALL[::7]:
        assert assessment.from_codes(assessed.as_codes()) == assessed


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"reality": "real"}, "reality"),
        ({"age_band": ""}, "age_band"),
        ({"memo": "x"}, "memo"),
        ({"category": "BASELINE"}, "category"),
    ],
)
def test_an_unknown_code_is_refused_by_the_name_of_its_field(change: dict[str, str], field: str) -> None:
    with pytest.raises(assessment.UnknownCode) as refused:
        assessment.from_codes(ALL[0].as_codes() | change)
    assert refused.value.field == field


def test_a_missing_field_is_never_filled_in() -> None:
    for name in assessment.FIELDS:
        codes = ALL[0].as_codes()
        del codes[name]
        with pytest.raises(assessment.UnknownCode):
            assessment.from_codes(codes)


@pytest.mark.parametrize(
    ("reality", "age_band", "category", "found"),
    [
        ("photo_video", "7_10", "baseline", ()),
        ("photo_video", "11_13", "baseline", ()),
        ("photo_video", "14_15", "national", ()),
        ("drawn", "unclear", "national", ()),
        ("unclear", "unclear", "national", ()),
        ("photo_video", "adult", "not_illegal", ()),
        ("unclear", "unclear", "not_reachable", ()),
        ("generated", "3_6", "baseline", ("baseline_needs_a_real_child",)),
        ("unclear", "3_6", "baseline", ("baseline_needs_a_real_child",)),
        ("photo_video", "14_15", "baseline", ("baseline_needs_a_young_child",)),
        ("photo_video", "unclear", "baseline", ("baseline_needs_a_young_child",)),
        ("text", "16_17", "baseline", ("baseline_needs_a_real_child", "baseline_needs_a_young_child")),
        ("photo_video", "adult", "baseline", ("adult_is_no_child",)),
        ("photo_video", "adult", "national", ("adult_is_no_child",)),
        ("photo_video", "unclear", "not_reachable", ("not_reachable_was_not_seen",)),
        ("unclear", "0_2", "not_reachable", ("not_reachable_was_not_seen",)),
    ],
)
def test_contradictions_are_named(reality: str, age_band: str, category: str, found: tuple[str, ...]) -> None:
    assert assessment.check(Assessed(Reality(reality), AgeBand(age_band), Category(category))) == found


def test_text_is_no_livestream() -> None:
    told = Assessed(Reality.TEXT, AgeBand.UNCLEAR, Category.NATIONAL, livestream=YesNo.YES)
    assert assessment.check(told) == ("text_is_no_livestream",)


def test_every_contradiction_has_a_label_and_can_be_found() -> None:
    livestreams = [Assessed(a.reality, a.age_band, a.category, livestream=YesNo.YES) for a in ALL]
    found = {code for assessed in ALL + livestreams for code in assessment.check(assessed)}
    assert found == {entry.code for entry in labels.labels_of("contradiction")}


def test_baseline_without_contradiction_is_always_a_real_young_child() -> None:
    for assessed in ALL:
        if assessed.category is Category.BASELINE and not assessment.check(assessed):
            assert assessed.reality is Reality.PHOTO_VIDEO
            assert assessed.age_band in assessment.YOUNG


GRAVITY = {"baseline": 2, "national": 1}


def test_every_category_is_mapped_to_every_scheme() -> None:
    for category, scheme in itertools.product(Category, Scheme):
        assert any(row.scheme is scheme for row in mappings.mappings_of(category)), (category, scheme)


@given(
    st.sampled_from([*Category, *YesNo, *AgeBand, *Reality, "", "unknown", "BASELINE", "A1"])
    | st.text(max_size=12),
    st.sampled_from([*Scheme, "", "other"]),
)
def test_nothing_maps_upward_and_nothing_unknown_maps_at_all(category: str, scheme: str) -> None:
    sent = mappings.may_send_as(category, scheme)
    if category not in GRAVITY or scheme not in list(Scheme):
        assert sent is None
    elif sent is not None:
        assert GRAVITY[sent] <= GRAVITY[category]


def test_what_may_be_sent_is_exactly_this() -> None:
    sent = {(c.value, s.value): mappings.may_send_as(c, s) for c in Category for s in Scheme}
    assert {pair: value for pair, value in sent.items() if value is not None} == {
        ("baseline", "interpol"): "baseline",
        ("baseline", "iccam"): "baseline",
        ("national", "iccam"): "national",
        ("baseline", "xarf"): "baseline",
    }


@pytest.mark.parametrize("category", [Category.NOT_ILLEGAL, Category.OUTSIDE_SCOPE, Category.NOT_REACHABLE])
def test_what_is_not_illegal_has_no_value_anywhere(category: Category) -> None:
    assert {(row.value, row.quality) for row in mappings.mappings_of(category)} == {("", Quality.NONE)}


def test_a_received_value_is_ours_only_when_it_means_the_same() -> None:
    assert mappings.category_of("baseline", Scheme.XARF) is Category.BASELINE
    assert mappings.category_of("A1", Scheme.XARF) is None
    assert mappings.category_of("A", Scheme.IWF) is None
    assert mappings.category_of("", Scheme.XARF) is None


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("doubtful,xarf,baseline,exact,,s", "doubtful"),
        ("baseline,xarf,baseline,certain,,s", "certain"),
        ("baseline,xarf,baseline,exact,,", "needs its source"),
        ("baseline,xarf,,exact,,s", "quality none"),
        ("national,xarf,baseline,none,,s", "quality none"),
        ("not_illegal,iccam,ignore,exact,,s", "nothing of category not_illegal is sent"),
        ("baseline,xarf,A1,broader,,s\nbaseline,xarf,baseline,exact,,s", "one value only"),
    ],
)
def test_a_wrong_mapping_is_refused_when_it_is_loaded(tmp_path: Path, row: str, fault: str) -> None:
    table = tmp_path / "mappings.csv"
    table.write_text(f"ours,scheme,value,quality,note,source\n{row}\n")
    with pytest.raises(BadTable, match=fault):
        mappings.load(table)
