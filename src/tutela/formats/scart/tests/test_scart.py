"""A hotline that changes over keeps its numbers; a classification of another house is not one of ours."""

from __future__ import annotations

from tutela.formats.scart.read import read as read_scart


def test_a_row_with_a_reference_is_the_same_row_whatever_else_changes() -> None:
    first, again, other = (
        read_scart(
            f'"filenumber";"url";"status";\n"{number}";"https://files.example.org/a";"{status}";\n'.encode()
        )
        for number, status in (("N1", "grade"), ("N1", "close"), ("N2", "grade"))
    )
    assert first.reports[0].digest == again.reports[0].digest != other.reports[0].digest


def test_scarts_classification_is_kept_for_a_person_and_nothing_more() -> None:
    found = read_scart(b'"url";"classification";\n"https://files.example.org/a";"illegal";\n')
    assert found.reports[0].words == "classification: illegal"
