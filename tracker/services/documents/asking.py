"""Makes, takes up again or takes back a report's follow-ups, so that there is one for everybody who is asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date

from tracker.domain.journal import Draft, Standing, only_addressed, standing
from tracker.domain.references import follow_up_name, reference_to
from tracker.domain.rows import Recommendation, Report
from tracker.domain.updates import as_entries
from tracker.domain.vocabulary import Addressee, Topic, Voice
from tracker.records import record
from tracker.services.documents.addressing import asked_by
from tracker.store.batches import Batch
from tracker.store.documents import recommendations_of
from tracker.store.follow_up_writing import (
    Addressed,
    addressed_pairs,
    insert_follow_ups,
    next_follow_up_id,
    save_addressees,
    save_standings,
    standing_columns,
)
from tracker.store.journal import history

_NOT_ASKED = "not asked by the annex of actions"


@record
class _Place:
    """A recommendation and whom it asks; `addressee` only where it is another than the recommendation's."""

    recommendation: Recommendation
    organization_id: int
    addressee: Addressee | None

    @property
    def key(self) -> tuple[int, int]:
        return self.recommendation.id, self.organization_id


class Asking:
    """One report's follow-ups within one batch; `codes` are the organizations that may be asked (code → id).

    `left` names those that are not asked by an annex and have said something: nothing is taken back from them. `beside`
    are the numbers of what is for the Chair of CEB, each with those that were asked before and are so still.
    """

    def __init__(
        self,
        batch: Batch,
        report: Report,
        codes: Mapping[str, int],
        today: date,
        *,
        tell: Callable[[str, str], None],
    ) -> None:
        self.batch, self.report, self.codes, self.tell = batch, report, codes, tell
        self.names = {organization_id: code for code, organization_id in codes.items()}
        self.today = today
        self.created = self.updated = self.unchanged = self.withdrawn = 0
        self.left: list[str] = []
        self.beside: dict[str, list[str]] = {}

    def bring(self, changed: AbstractSet[int], *, withdraws: bool) -> None:
        """Address every recommendation to whom it is for; those already addressed stay as they are.

        `changed` are the recommendations whose words are new. With `withdraws`, whoever is not asked is taken back.
        """
        known = addressed_pairs(self.batch.session, self.report.id)
        recommendations = recommendations_of(self.batch.session, self.report)
        places = [place for item in recommendations for place in self._places(item)]
        self._address(places, known, changed)
        unasked = self._unasked(places, known)
        by_annex = {item.id: item.number for item in recommendations if item.actions}
        if withdraws:
            self._withdraw({key: found for key, found in unasked.items() if key[0] in by_annex}, by_annex)
        # What no annex speaks of asks everybody, but for the Chair of CEB.
        self._name_beside([item for item in recommendations if item.id not in by_annex], unasked)

    def _address(
        self, places: Sequence[_Place], known: Mapping[tuple[int, int], Addressed], changed: AbstractSet[int]
    ) -> None:
        there = [(place, known[place.key]) for place in places if place.key in known]
        self._create([place for place in places if place.key not in known])
        self._readdress([(place, before.id) for place, before in there if before.withdrawn])
        self._stay([(place, before) for place, before in there if not before.withdrawn], changed)

    def _unasked(
        self, places: Sequence[_Place], known: Mapping[tuple[int, int], Addressed]
    ) -> dict[tuple[int, int], int]:
        """The follow-ups of those who are not asked, or no more, though they may be."""
        wanted = {place.key for place in places}
        others = {key: before.id for key, before in known.items() if not before.withdrawn and key not in wanted}
        return {key: found for key, found in others.items() if key[1] in self.names}

    def _name_beside(self, recommendations: Sequence[Recommendation], unasked: Iterable[tuple[int, int]]) -> None:
        others: dict[int, list[str]] = defaultdict(list)
        for recommendation_id, organization_id in unasked:
            others[recommendation_id].append(self.names[organization_id])
        self.beside |= {item.number: sorted(others[item.id]) for item in recommendations if item.id in others}

    def _places(self, recommendation: Recommendation) -> list[_Place]:
        asked = asked_by(recommendation, self.codes)
        if asked.told:
            self.tell(*asked.told)
        return [_Place(recommendation, key, addressee) for key, addressee in asked.organizations.items()]

    def _stay(self, there: Sequence[tuple[_Place, Addressed]], changed: AbstractSet[int]) -> None:
        moved = [
            {"id": before.id, "addressee": place.addressee}
            for place, before in there
            if before.addressee is not place.addressee
        ]
        save_addressees(self.batch, moved)
        updated = [
            before for place, before in there
            if place.recommendation.id in changed or before.addressee is not place.addressee
        ]  # fmt: skip
        self.updated += len(updated)
        self.unchanged += len(there) - len(updated)

    def _create(self, new: Sequence[_Place]) -> None:
        draft = self._addressing()
        rows = []
        for place in new:
            follow_up_id = next_follow_up_id(self.batch)
            after = self._enter(follow_up_id, place, draft)
            columns = standing_columns(after, asks_verification=self.report.asks_verification)
            rows.append(
                {
                    "id": follow_up_id,
                    "recommendation_id": place.recommendation.id,
                    "organization_id": place.organization_id,
                    "addressee": place.addressee,
                    "version": 1,
                    **columns,
                }
            )
        insert_follow_ups(self.batch.session, rows)
        self.created += len(rows)

    def _readdress(self, again: Sequence[tuple[_Place, int]]) -> None:
        """Address again what had been withdrawn."""
        histories = history(self.batch.session, [follow_up_id for _, follow_up_id in again])
        rows = []
        for place, follow_up_id in again:
            past = standing(histories[follow_up_id])
            after = self._enter(follow_up_id, place, self._addressing(), past)
            columns = standing_columns(after, asks_verification=self.report.asks_verification)
            rows.append({"id": follow_up_id, **columns})
        save_standings(self.batch.session, rows)
        save_addressees(self.batch, [{"id": key, "addressee": place.addressee} for place, key in again])
        self.created += len(rows)

    def _withdraw(self, wrong: Mapping[tuple[int, int], int], numbers: Mapping[int, str]) -> None:
        """Take back what is not asked; whoever has said something already is left."""
        histories = history(self.batch.session, list(wrong.values()))
        rows = []
        for (recommendation_id, organization_id), follow_up_id in wrong.items():
            name = follow_up_name(
                reference_to(self.report.symbol, numbers[recommendation_id]), self.names[organization_id]
            )
            first = only_addressed(histories[follow_up_id])
            if first is None:
                self.left.append(name)
                continue
            draft = Draft(Topic.VOID, first.topic.value, None, self.today, Voice.OFFICE, _NOT_ASKED, first.id)
            self.batch.enter(follow_up_id, name, draft, voided=f"{first.batch}.{first.ordinal}")
            columns = standing_columns(Standing(), asks_verification=self.report.asks_verification)
            rows.append({"id": follow_up_id, **columns})
        save_standings(self.batch.session, rows)
        self.withdrawn += len(rows)

    def _addressing(self) -> Draft:
        day = min(self.report.issued_on or self.today, self.today)
        return Draft(Topic.ADDRESSED, None, None, day, Voice.OFFICE)

    def _enter(self, follow_up_id: int, place: _Place, draft: Draft, start: Standing | None = None) -> Standing:
        name = follow_up_name(place.recommendation.ref, self.names[place.organization_id])
        entry_id = self.batch.enter(follow_up_id, name, draft)
        batch = self.batch
        entries = as_entries(
            [draft], first_id=entry_id, batch=batch.facts.number, actor=batch.actor, recorded_at=batch.now
        )
        return standing(entries, start=start)
