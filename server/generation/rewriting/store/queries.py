"""SQL of the section store: what it holds, and who may generate what is missing."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, case, delete, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.generation.rewriting.domain import Rejected, Rewritten, SectionRewrite, Usage
from server.generation.rewriting.store.domain import (
    Claim,
    FallbackCause,
    Record,
    StoredRewrite,
    StoredState,
    join_rewrite,
    write_notes,
    write_runs,
)
from server.generation.rewriting.store.models import SectionRewriteRow

CLAIM_SECONDS = 10
FIRST_BACKOFF_SECONDS = 3600
MOST_DOUBLINGS = 8
MOST_REJECTED = 1000  # that a queue looks at
HELD_BACK = frozenset({FallbackCause.BUDGET, FallbackCause.STOPPED})


async def find_rewrites(session: AsyncSession, keys: Sequence[str]) -> dict[str, StoredRewrite]:
    """What the store holds of these keys."""
    row = SectionRewriteRow
    is_due = func.coalesce(row.retry_at <= func.clock_timestamp(), literal(value=True))
    claim = case(
        (row.owner.is_(None), Claim.FREE.value),
        (row.deadline < func.clock_timestamp(), Claim.EXPIRED.value),
        else_=Claim.HELD.value,
    )
    found = await session.execute(select(row, is_due, claim).where(row.key.in_(keys)))
    return {each.key: _to_domain(each, Claim(held), is_due=due) for each, due, held in found}


def _to_domain(row: SectionRewriteRow, claim: Claim, *, is_due: bool) -> StoredRewrite:
    text = None
    if row.runs is not None:
        text = join_rewrite(row.runs, row.notes, row.llm_provider, row.llm_model)
    return StoredRewrite(
        state=StoredState(row.state),
        rewrite=text if row.state == StoredState.READY else None,
        draft=text if row.state == StoredState.PENDING else None,
        review=row.review,
        retry_at=row.retry_at,
        failures=row.failures,
        is_due=is_due,
        failed_check=row.failed_check,
        claim=claim,
        is_accepted=row.accepted_at is not None,
        held_back=FallbackCause(row.failed_check) if row.failed_check in HELD_BACK else None,
    )


async def claim_rewrite(
    session: AsyncSession, key: str, owner: UUID, chapter_id: str, *, again: bool
) -> bool:
    """Whether this owner may generate the section now; losing the race is not an error.

    A new key, an expired claim and a rejected section whose back-off is over can be claimed; with
    `again` also a rejected one before that, and a ready one, which stays ready meanwhile.
    """
    row = SectionRewriteRow
    free = row.owner.is_(None) | (row.deadline < func.clock_timestamp())
    due = (row.state == StoredState.REJECTED) & (row.retry_at <= func.clock_timestamp())
    takeable = free & ((row.state == StoredState.PENDING) | due | literal(again))
    claim = insert(row).values(
        key=key,
        state=StoredState.PENDING,
        owner=owner,
        deadline=_claim_deadline(),
        chapter_id=chapter_id,
    )
    claimed = await session.execute(
        claim.on_conflict_do_update(
            index_elements=[row.key],
            set_={"owner": owner, "deadline": _claim_deadline()},
            where=takeable,
        ).returning(row.key)
    )
    return claimed.first() is not None


async def renew_claim(session: AsyncSession, key: str, owner: UUID) -> bool:
    """Push the deadline on; False when the claim was lost."""
    return await _write_claimed(session, key, owner, deadline=_claim_deadline())


async def keep_draft(
    session: AsyncSession,
    key: str,
    owner: UUID,
    rewrite: SectionRewrite,
    review: Mapping[str, object] | None,
) -> None:
    """Keep a verified text that waits for its review; one that is ready is left as it is.

    A row that was rejected waits again, so that who is asked next need only read.
    """
    row = SectionRewriteRow
    ours = (row.key == key) & (row.owner == owner) & (row.state != StoredState.READY)
    waiting = {"state": StoredState.PENDING, "reason": None, "failed_check": None}
    kept = update(row).where(ours).values(**waiting, **_write_text(rewrite), review=review)
    await session.execute(kept.values(retry_at=None))


def _write_text(rewrite: SectionRewrite) -> dict[str, object]:
    return {
        "runs": write_runs(rewrite),
        "notes": write_notes(rewrite),
        "llm_provider": rewrite.provider,
        "llm_model": rewrite.model,
    }


async def fulfil_claim(session: AsyncSession, key: str, owner: UUID, outcome: Rewritten) -> bool:
    """Store a verified rewrite; False when the claim was lost meanwhile, and nothing is written.

    What an instructor has accepted stays accepted where the words are the same.
    """
    row, is_same = SectionRewriteRow, _has_words_of(outcome.rewrite)
    due_in = outcome.review_due_in
    return await _write_claimed(
        session,
        key,
        owner,
        state=StoredState.READY,
        owner=None,
        deadline=None,
        **_write_text(outcome.rewrite),
        review=None if outcome.review is None else dict(outcome.review),
        review_due_at=None if due_in is None else func.clock_timestamp() + due_in,
        reason=None,
        failed_check=None,
        repaired_check=outcome.differences[0].check if outcome.differences else None,
        # A text that was only read has cost what it had cost before, and the reading.
        input_tokens=case((is_same, row.input_tokens), else_=0) + outcome.usage.input_tokens,
        output_tokens=case((is_same, row.output_tokens), else_=0) + outcome.usage.output_tokens,
        failures=0,
        retry_at=None,
        accepted_at=case((is_same, row.accepted_at)),
        accepted_by=case((is_same, row.accepted_by)),
        created_at=func.clock_timestamp(),
    )


def _has_words_of(rewrite: SectionRewrite) -> ColumnElement[bool]:
    row = SectionRewriteRow
    return (row.runs == write_runs(rewrite)) & (row.notes == write_notes(rewrite))


async def hold_rewrites(session: AsyncSession, keys: Collection[str]) -> None:
    """Let nobody write to these texts until the transaction ends; in one order, for all who do."""
    row = SectionRewriteRow
    await session.execute(
        select(row.key).where(row.key.in_(keys)).order_by(row.key).with_for_update()
    )


async def accept_rewrite(session: AsyncSession, key: str, user_id: int) -> None:
    """Have the text shown where texts have to be accepted, for as long as its words stand."""
    row = SectionRewriteRow
    accepted = {"accepted_at": func.clock_timestamp(), "accepted_by": user_id}
    await session.execute(update(row).where(row.key == key).values(**accepted))


async def _write_claimed(session: AsyncSession, key: str, owner: UUID, /, **values: object) -> bool:
    """Write to a row under our claim; False when the claim was lost."""
    row = SectionRewriteRow
    ours = update(row).where(row.key == key, row.owner == owner).values(**values)
    return (await session.execute(ours.returning(row.key))).first() is not None


async def note_usage(session: AsyncSession, key: str, usage: Usage) -> None:
    """Say what a text has used that was stored before the end of its call."""
    row = SectionRewriteRow
    await session.execute(
        update(row)
        .where(row.key == key, row.state == StoredState.READY, row.owner.is_(None))
        .values(input_tokens=usage.input_tokens, output_tokens=usage.output_tokens)
    )


async def reject_claim(
    session: AsyncSession, key: str, owner: UUID, outcome: Rejected, *, keep_ready: bool
) -> bool:
    """Give up for an hour, doubling; with `keep_ready` a text that was ready stays.

    False when the claim was lost meanwhile, and nothing is written.
    """
    row = SectionRewriteRow
    seconds = FIRST_BACKOFF_SECONDS * func.power(2, func.least(row.failures, MOST_DOUBLINGS))
    rejected = update(row).where(row.key == key, row.owner == owner)
    if keep_ready:
        rejected = rejected.where(row.state != StoredState.READY)
    await session.execute(
        rejected.values(
            state=StoredState.REJECTED,
            runs=None,
            notes=None,
            review=None,
            review_due_at=None,
            accepted_at=None,
            accepted_by=None,
            failures=row.failures + 1,
            reason="; ".join(each.sentence for each in outcome.differences),
            failed_check=outcome.differences[0].check,
            retry_at=func.clock_timestamp() + func.make_interval(0, 0, 0, 0, 0, 0, seconds),
        )
    )
    return await _write_claimed(session, key, owner, owner=None, deadline=None)


async def release_claim(
    session: AsyncSession, key: str, owner: UUID, held_back: FallbackCause | None = None
) -> None:
    """Let go without a result: what was there before is there again, and a draft stays.

    Where our own budget or switch said no, that stays behind for those who follow.
    """
    row = SectionRewriteRow
    ours = (row.key == key) & (row.owner == owner)
    if held_back is None:
        textless = (row.state == StoredState.PENDING) & row.runs.is_(None)
        await session.execute(delete(row).where(ours, textless))
    else:
        unready = update(row).where(ours, row.state != StoredState.READY)
        await session.execute(unready.values(failed_check=held_back))
    await _write_claimed(session, key, owner, owner=None, deadline=None)


def _claim_deadline() -> object:
    return func.clock_timestamp() + func.make_interval(0, 0, 0, 0, 0, 0, CLAIM_SECONDS)


async def delete_rewrite(session: AsyncSession, key: str) -> bool:
    """Drop the text and its back-off; whoever is at work on it has lost the claim."""
    row = SectionRewriteRow
    gone = await session.execute(delete(row).where(row.key == key).returning(row.key))
    return gone.first() is not None


async def list_records(session: AsyncSession, keys: Collection[str]) -> dict[str, Record]:
    """What the store says about these keys."""
    row = SectionRewriteRow
    rows = await session.scalars(select(row).where(row.key.in_(keys)))
    return {each.key: _to_record(each) for each in rows}


def _to_record(row: SectionRewriteRow) -> Record:
    return Record(
        key=row.key,
        state=row.state,
        failures=row.failures,
        failed_check=row.failed_check,
        reason=row.reason,
        retry_at=row.retry_at,
        repaired_check=row.repaired_check,
        provider=row.llm_provider,
        model=row.llm_model,
        input_tokens=row.input_tokens,
        output_tokens=row.output_tokens,
        created_at=row.created_at,
    )


async def list_rejected(session: AsyncSession) -> list[tuple[str, str]]:
    """The keys that fall back, with the chapter each was first asked for; the worst first."""
    row = SectionRewriteRow
    found = await session.execute(
        select(row.key, row.chapter_id)
        .where(row.state == StoredState.REJECTED)
        .order_by(row.failures.desc(), row.key)
        .limit(MOST_REJECTED)
    )
    return [(each[0], each[1]) for each in found]


async def delete_rewrites(
    session: AsyncSession, keys: Collection[str] | None, chapter_id: str | None
) -> int:
    """Delete section rewrites from the store by their keys, and a chapter's own; None: all."""
    row = SectionRewriteRow
    statement = delete(row).returning(row.key)
    if keys is not None:
        statement = statement.where(row.key.in_(keys) | (row.chapter_id == chapter_id))
    return len((await session.scalars(statement)).all())


async def count_ready(session: AsyncSession) -> dict[str, int]:
    """For each chapter, how many sections are ready that were first asked for there."""
    row = SectionRewriteRow
    ready = select(row.chapter_id, func.count()).where(row.state == StoredState.READY)
    return {each[0]: each[1] for each in await session.execute(ready.group_by(row.chapter_id))}
