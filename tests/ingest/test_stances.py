"""Each rule of the table of stances, and sentences that look like one and are not."""

from __future__ import annotations

import pytest

from tracker.domain.vocabulary import Stance
from tracker.ingest.notes.stances import stance_in

SENTENCES = [
    (Stance.SUPPORTED, "The organizations support this recommendation."),
    (Stance.SUPPORTED, "The organizations supported the recommendation and will act on it."),
    (Stance.SUPPORTED, "All organizations fully support recommendation 3."),
    (Stance.SUPPORTED, "The organizations are supportive of this recommendation."),
    (Stance.SUPPORTED, "The organizations express their support for the recommendation."),
    (Stance.SUPPORTED, "The organizations agree with the thrust of this recommendation."),
    (Stance.SUPPORTED, "This recommendation is accepted by the organizations."),
    (Stance.SUPPORTED, "The organizations have read the recommendation and endorse it."),
    (Stance.SUPPORTED, "The organizations not only support this recommendation, they act on it already."),
    (Stance.SUPPORTED, "The organizations support this recommendation and note that some have begun."),
    (Stance.GENERALLY_SUPPORTED, "The organizations generally support this recommendation, although some have doubts."),
    (Stance.GENERALLY_SUPPORTED, "The organizations generally support the aim of this recommendation."),
    (Stance.GENERALLY_SUPPORTED, "In general, the organizations support this recommendation."),
    (Stance.GENERALLY_SUPPORTED, "The organizations are broadly supportive of this recommendation."),
    (Stance.GENERALLY_SUPPORTED, "There is general support for this recommendation."),
    (Stance.GENERALLY_SUPPORTED, "Most organizations support this recommendation."),
    (Stance.GENERALLY_SUPPORTED, "The recommendation is largely supported."),
    (Stance.PARTIALLY_SUPPORTED, "The organizations partially support this recommendation."),
    (Stance.PARTIALLY_SUPPORTED, "The organizations are partially supportive of this recommendation."),
    (Stance.PARTIALLY_SUPPORTED, "The organizations support this recommendation in part."),
    (Stance.PARTIALLY_SUPPORTED, "The organizations support, in part, this recommendation."),
    (Stance.PARTIALLY_SUPPORTED, "The organizations do not fully support this recommendation."),
    (Stance.PARTIALLY_SUPPORTED, "The organizations do not support this recommendation in its entirety."),
    (Stance.PARTIALLY_SUPPORTED, "The organizations support some elements of this recommendation."),
    (Stance.SUPPORTED_IN_PRINCIPLE, "The organizations support this recommendation in principle."),
    (Stance.SUPPORTED_IN_PRINCIPLE, "The organizations support in principle this recommendation."),
    (Stance.SUPPORTED_IN_PRINCIPLE, "The organizations support, in principle, this recommendation."),
    (Stance.SUPPORTED_IN_PRINCIPLE, "In principle, the organizations support this recommendation."),
    (Stance.SUPPORTED_IN_PRINCIPLE, "The organizations agree in principle with this recommendation."),
    (Stance.NOT_SUPPORTED, "The organizations do not support this recommendation."),
    (Stance.NOT_SUPPORTED, "The organizations don’t support this recommendation."),
    (Stance.NOT_SUPPORTED, "The organizations cannot support this recommendation."),
    (Stance.NOT_SUPPORTED, "The organizations are not in a position to support this recommendation."),
    (Stance.NOT_SUPPORTED, "The organizations are not supportive of this recommendation."),
    (Stance.NOT_SUPPORTED, "The organizations were unable to support this recommendation."),
    (Stance.NOT_SUPPORTED, "The organizations do not generally support this recommendation."),
    (Stance.NOT_SUPPORTED, "The organizations disagree with this recommendation."),
    (Stance.NOT_SUPPORTED, "The organizations reject the recommendation."),
    (Stance.NOT_SUPPORTED, "There is no support for this recommendation."),
    (Stance.NOTED, "The organizations take note of this recommendation."),
    (Stance.NOTED, "The organizations took note of the recommendation."),
    (Stance.NOTED, "The organizations note this recommendation."),
    (Stance.NOTED, "This recommendation was duly noted."),
    (Stance.MIXED, "Some organizations support this recommendation, while others do not."),
    (Stance.MIXED, "While several organizations support this recommendation, some others cannot accept it."),
    (Stance.MIXED, "Some organizations do not support this recommendation, whereas others support it."),
    (Stance.MIXED, "Some organizations support this recommendation. Others do not."),
    (Stance.MIXED, "The views of the organizations on this recommendation differ."),
    (Stance.UNCLEAR, "The organizations have discussed this recommendation."),
    (Stance.UNCLEAR, "The organizations note that support of this kind is costly."),
    (Stance.UNCLEAR, "The organizations note that this recommendation is late."),
    (Stance.UNCLEAR, "The support functions named in the recommendation exist."),
    (Stance.UNCLEAR, "It is not evident that the organizations support this recommendation."),
    (Stance.UNCLEAR, "Some organizations support this recommendation."),
    (Stance.UNCLEAR, "The organizations would support this recommendation if it were cheaper."),
    (
        Stance.UNCLEAR,
        "The organizations do not support this recommendation as it stands, but support the recommendation’s aim.",
    ),
    (Stance.UNCLEAR, ""),
]


@pytest.mark.parametrize(("stance", "sentence"), SENTENCES, ids=[sentence for _, sentence in SENTENCES])
def test_one_sentence(stance, sentence):
    assert stance_in([sentence]) is stance


def test_every_stance_is_tried():
    assert {stance for stance, _ in SENTENCES} == set(Stance)


def test_first_sentence_with_a_position_decides():
    texts = [
        "The report was read with care. The organizations generally support this recommendation.",
        "It is noted. The organizations support this recommendation.",
    ]
    assert stance_in(texts) is Stance.GENERALLY_SUPPORTED


def test_later_paragraph_if_the_first_has_none():
    assert (
        stance_in(["Records were always kept.", "The organizations support this recommendation."]) is Stance.SUPPORTED
    )


def test_clear_position_is_not_mixed_by_the_sentence_after_it():
    text = "The organizations support this recommendation. Some of them support the timetable, while others do not."
    assert stance_in([text]) is Stance.SUPPORTED


def test_no_comments():
    assert stance_in([]) is Stance.UNCLEAR
