"""A thousand answers and some known issues, for whoever types a report; written by the verbs themselves."""

import random
from datetime import datetime
from typing import Any

from rich.progress import track
from sqlalchemy import func, select

from bench import words
from tracker.accounts import queries as people
from tracker.accounts.models import Person
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.guides import articles, known
from tracker.guides.models import Article
from tracker.systems.models import AISystem

ANSWERS, KNOWN = 1_000, 20
TYPED = 40


def fill(now: datetime) -> None:
    """Write them where there are none yet; published, half of them about one system."""
    if db.session.scalar(select(func.count()).select_from(Article)):
        return
    writer, reviewer = (_actor(name, now) for name in ("supervisor", "agent00"))
    systems = db.session.scalars(select(AISystem.id).where(AISystem.key.startswith("system-"))).all()
    for number in track(range(ANSWERS + KNOWN), description="Answering"):
        dice = random.Random(words.SEED + number)
        about = dice.choice(systems)
        if number < KNOWN:
            problem = known.create({**_texts(dice), "system_id": about}, by=writer, at=now)
            known.publish(problem, by=writer, at=now)
        else:
            made = articles.create(
                {**_texts(dice), "system_id": about if number % 2 else None}, by=writer, at=now
            )
            articles.review(made, by=reviewer, at=now)
            articles.publish(made, by=reviewer, at=now)
        db.session.commit()


def typed() -> list[str]:
    """What people have typed when they pause: half a sentence, one or three, English and Chinese."""
    texts = []
    for number in range(TYPED):
        whole = words.report(9_000_000 + number).description
        texts.append(whole[: (30, 90, 300, 2_000)[number % 4]])
    return texts


def _actor(name: str, now: datetime) -> Actor:
    return people.actor_of(db.session.scalars(select(Person).where(Person.name == name)).one(), at=now)


def _texts(dice: random.Random) -> dict[str, Any]:
    """A pair of an answer: five sentences in each language."""
    return {
        "title_zh": dice.choice(words.SUBJECTS_ZH) + dice.choice(words.FAULTS_ZH),
        "title_en": f"{dice.choice(words.SUBJECTS_EN)} {dice.choice(words.FAULTS_EN)}",
        "body_zh": "。".join(dice.sample(words.DETAILS_ZH, 5)),
        "body_en": ". ".join(dice.sample(words.DETAILS_EN, 5)),
    }
