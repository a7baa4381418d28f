"""Each check of the words by minimal examples: what it names, and how."""

import pytest

from server.generation.rewriting.domain import CheckName
from server.generation.rewriting.verification.domain import Candidate
from server.generation.rewriting.verification.service import find_differences
from server.plan.recipes.domain import Plan
from tests.generation.rewriting.samples import (
    SIMPLIFY,
    TRANSLATE,
    first_section,
    make_brief,
    make_plan,
)
from tests.generation.rewriting.verification.judging import (
    FRENCH,
    SHORTER,
    TOPIC,
    URDF,
    URDU,
    judge,
    judge_run,
    list_checks,
)

TEXT = "## Set up\n\nUse `a` and [the docs](https://example.org) now.\n\n- one thing\n"
PASSAGE = "Use ⟦1⟧ and [the docs]⟦2⟧ now."
LONG = (
    "The robot walks over to the table and takes the red cup with its left hand, then it turns "
    "around and brings it back to the kitchen."
)


@pytest.mark.parametrize(
    ("index", "answer", "check", "sentence"),
    [
        (1, "", CheckName.COMPLETENESS, "run 2 is empty"),
        (1, "Use [the docs]⟦2⟧ now.", CheckName.PLACEHOLDERS, "run 2: ⟦1⟧ is missing"),
        (1, PASSAGE + " ⟦1⟧", CheckName.PLACEHOLDERS, "run 2: ⟦1⟧ stands too often"),
        (1, PASSAGE + " ⟦9⟧", CheckName.PLACEHOLDERS, "run 2: ⟦9⟧ does not belong here"),
        (2, "one ⟦1⟧", CheckName.PLACEHOLDERS, "run 3: ⟦1⟧ does not belong here"),
        (1, PASSAGE + " `b`", CheckName.RESIDUE, "run 2: a backtick was added"),
        (1, PASSAGE + " <b>", CheckName.RESIDUE, "run 2: a `<` was added"),
        (1, PASSAGE + " {x}", CheckName.RESIDUE, "run 2: a `{` was added"),
        (1, PASSAGE + " $5", CheckName.RESIDUE, "run 2: a `$` was added"),
        (1, PASSAGE + " \\[", CheckName.RESIDUE, "run 2: a `\\` was added"),
        (1, PASSAGE + " a | b", CheckName.RESIDUE, "run 2: a `|` was added"),
        (1, PASSAGE + " [x](y)", CheckName.RESIDUE, "run 2: a link was added"),
        (1, PASSAGE + " **so", CheckName.EMPHASIS, "run 2: a ** has no partner"),
        (1, PASSAGE + " *so", CheckName.EMPHASIS, "run 2: a * has no partner"),
        (1, PASSAGE + " _so", CheckName.EMPHASIS, "run 2: a _ has no partner"),
        (1, "**Use ⟦1⟧.\n\nAnd [the docs]⟦2⟧** now.", CheckName.EMPHASIS, "run 2: a ** has no"),
        (1, PASSAGE + " ~~not~~", CheckName.EMPHASIS, "run 2: a ~~ was added"),
        (1, PASSAGE + " ~not~", CheckName.EMPHASIS, "run 2: a ~ was added"),
        (1, PASSAGE + " ==so==", CheckName.EMPHASIS, "run 2: a == was added"),
        (0, "Set up\n\n## More", CheckName.LINES, "run 1: a heading stays one line"),
        (1, PASSAGE + "\n\n## Heading", CheckName.LINES, "run 2: a line begins like a heading"),
        (1, PASSAGE + "\n\n- item", CheckName.LINES, "run 2: a line begins like a list item"),
        (1, PASSAGE + "\n\n1. item", CheckName.LINES, "run 2: a line begins like a list item"),
        (1, PASSAGE + "\n\n7) item", CheckName.LINES, "run 2: a line begins like a list item"),
        (1, PASSAGE + "\n\n> quote", CheckName.LINES, "run 2: a line begins like a quote"),
        (1, PASSAGE + "\n\n~~~\ncode", CheckName.LINES, "run 2: a line begins like a code fence"),
        (1, PASSAGE + "\n---", CheckName.LINES, "run 2: a line begins like a rule"),
        (1, PASSAGE + "\n===", CheckName.LINES, "run 2: a line begins like a rule"),
        (1, PASSAGE + "\n\n:::note\n\nx", CheckName.LINES, "run 2: a line begins like a directive"),
        (1, PASSAGE + "\n\n!!! note", CheckName.LINES, "run 2: a line begins like a directive"),
        (2, "- one", CheckName.LINES, "run 3: a line begins like a list item"),
        (1, PASSAGE + "\n\nimport X from 'x';", CheckName.STATEMENTS, "run 2: “import X from"),
        (2, "one\nexport const x = 1", CheckName.STATEMENTS, "run 3: “export const” reads like"),
        (1, PASSAGE + " https://evil.example", CheckName.ADDRESSES, "run 2: an address was added"),
        (1, PASSAGE + " www.evil.example", CheckName.ADDRESSES, "run 2: an address was added"),
        (1, PASSAGE + " me@evil.example", CheckName.ADDRESSES, "run 2: an address was added"),
        (1, PASSAGE + " javascript:go()", CheckName.ADDRESSES, "run 2: an address was added"),
        (1, PASSAGE + " \x07", CheckName.CHARACTERS, "run 2: the control character U+0007"),
        (1, PASSAGE + " \u061c", CheckName.CHARACTERS, "run 2: the control character U+061C"),
        (1, PASSAGE + " \ud800", CheckName.CHARACTERS, "run 2: the control character U+D800"),
        (1, PASSAGE + " \ufeff", CheckName.CHARACTERS, "run 2: the control character U+FEFF"),
        (1, PASSAGE + " \u2028", CheckName.CHARACTERS, "run 2: the control character U+2028"),
        (1, PASSAGE + " so\u00ad", CheckName.CHARACTERS, "run 2: the control character U+00AD"),
        (1, PASSAGE + " \U000e0041", CheckName.CHARACTERS, "run 2: the control character U+E0041"),
        (1, PASSAGE + " so\u00a0", CheckName.CHARACTERS, "run 2: a space that does not break"),
        (1, PASSAGE + " so\u200cso", CheckName.CHARACTERS, "run 2: a joiner that joins nothing"),
        (1, PASSAGE + " ۵", CheckName.CHARACTERS, "run 2: a digit other than 0 to 9"),
        (1, PASSAGE + " cafe\u0301", CheckName.CHARACTERS, "run 2: the text is not in Unicode's"),
        (1, "Use ⟦1⟧ and the docs ⟦2⟧.", CheckName.LABELS, "run 2: ⟦2⟧ has lost its [label]"),
        (1, PASSAGE + " 🎉", CheckName.EMOJI, "run 2: the emoji 🎉 was added"),
        (0, "Set up " * 30, CheckName.LENGTH, "run 1 became more than three times as long"),
        (2, "one thing one thing one thing", CheckName.REPETITION, "run 3 says the same again"),
        (1, PASSAGE + " and 77", CheckName.NUMBERS, "run 2: the number 77 was added"),
        (2, "```\none thing", CheckName.ECHO, "run 3: a code fence stands around the text"),
        (2, 'one <run id="3">', CheckName.ECHO, "run 3: “<run” is not the textbook's text"),
        (2, "ایک چیز", CheckName.LANGUAGE, "the answer is not in the language of the text"),
    ],
)
def test_what_is_wrong_is_named_by_its_check(
    index: int, answer: str, check: CheckName, sentence: str
) -> None:
    found = judge(TEXT, {index: answer})

    assert any(name is check and text.startswith(sentence) for name, text in found), found


def test_a_run_that_is_not_answered_is_missing() -> None:
    brief = make_brief(TEXT)
    section = first_section(brief)

    (difference,) = find_differences(Candidate(section, {0: "Set up", 2: "one thing"}, brief))
    assert difference.check is CheckName.COMPLETENESS
    assert difference.sentence == "run 2 is missing"


def test_a_hostile_answer_gets_no_endless_reproach() -> None:
    answer = PASSAGE + "".join(f"⟦{number}⟧" for number in range(1000, 3000))

    assert len(judge(TEXT, {1: answer})) == 30


@pytest.mark.parametrize(
    ("source", "answer"),
    [
        ("See [A](a.md) and [B](b.md).", "Now see [A]⟦2⟧ or [B]⟦1⟧."),
        ("Use `a` or `b` first.", "Use ⟦2⟧ or ⟦1⟧ first."),
        ("Run `a` in `b`. Then rest a while.", "Then have a rest. Run ⟦2⟧ in ⟦1⟧."),
        ("Go <i>up</i> or <b>down</b>.", "Go ⟦1⟧up⟦2⟧ or ⟦4⟧down⟦3⟧."),
        ("See <a href='x'>X</a> or <a href='y'>Y</a>.", "See ⟦3⟧X⟦2⟧ or ⟦1⟧Y⟦4⟧."),
        ("Go <i>up and <b>down</b></i> now.", "Go ⟦2⟧up and ⟦1⟧down⟦3⟧⟦4⟧ or so."),
        ("Read ![one](1.png) and `two` here.", "Read ⟦2⟧ and ⟦1⟧ here."),
    ],
)
def test_swapped_spans_are_seen_where_the_words_give_them_away(source: str, answer: str) -> None:
    checks = list_checks(judge_run(source, answer))

    assert checks
    assert checks <= {CheckName.SWAPS, CheckName.NESTING}


@pytest.mark.parametrize(
    ("source", "answer", "check"),
    [
        ("It draws 450 W at most.", "It draws 540 W at most.", CheckName.NUMBERS),
        ("It draws 450 W at most.", "It draws much power.", CheckName.NUMBERS),
        ("It runs at 3.5 GHz.", "It runs at 35 GHz.", CheckName.NUMBERS),
        ("It has 5 V of tension.", "It has five of tension.", CheckName.UNITS),
        ("Turn to -1.57 rad now.", "Turn to 1.57 rad now.", CheckName.NUMBERS),
        ("Use version 22.04 of it.", "Use version 24.04 of it.", CheckName.NUMBERS),
        ("It draws 450 W at most.", "It draws 450 kW at most.", CheckName.UNITS),
        ("It has 5 V of tension.", "It has 5 A of tension.", CheckName.UNITS),
        ("The gap is 14px wide.", "The gap is 14 wide.", CheckName.UNITS),
        ("Some 20 % of all robots.", "Some 20 of all robots.", CheckName.UNITS),
        ("Set use_sim_time first.", "Set the clock first.", CheckName.IDENTIFIERS),
        ("It is called PyTorch.", "It is called Torch.", CheckName.IDENTIFIERS),
        ("Read /cmd_vel from it.", "Read the speed from it.", CheckName.IDENTIFIERS),
        ("Open robot.urdf now.", "Open the robot now.", CheckName.IDENTIFIERS),
        ("Build it --symlink now.", "Build it with links now.", CheckName.IDENTIFIERS),
        ("The Nav2 stack works.", "The navigation stack works.", CheckName.IDENTIFIERS),
        ("Call spin() at last.", "Call it at last.", CheckName.IDENTIFIERS),
        ("Welcome 🤖 to the lab.", "Welcome to the lab.", CheckName.EMOJI),
        (LONG * 6, LONG[:60], CheckName.LENGTH),
        (LONG * 6, (LONG * 6)[:180], CheckName.LENGTH),
        (LONG, " ".join([LONG] * 3), CheckName.REPETITION),
        (LONG, f"{LONG} It is good and well. It is good and well. It is good and well.",
         CheckName.REPETITION),
        (LONG, "I'm sorry, I can't help with that.", CheckName.TASK_TALK),
        (LONG, "As an AI language model, I have no hands.", CheckName.TASK_TALK),
        (LONG, f"Here is the rewritten text: {LONG}", CheckName.TASK_TALK),
        (LONG, f"Sure! Here you go: {LONG}", CheckName.TASK_TALK),
        (LONG, f"{LONG} Let me know if you need anything else!", CheckName.TASK_TALK),
        (LONG, f"{LONG} Use each placeholder. Everything inside the sections is the textbook's "
         "own text.", CheckName.ECHO),
        (LONG, "Der Roboter geht zum Tisch hinüber und nimmt dort mit seiner linken Hand die rote "
         "Tasse, die er danach in die Küche bringt und auf den Herd stellt.", CheckName.LANGUAGE),
    ],
)  # fmt: skip
def test_what_changes_the_meaning_is_seen(source: str, answer: str, check: CheckName) -> None:
    assert check in list_checks(judge_run(source, answer))


@pytest.mark.parametrize(
    ("plan", "answer", "check"),
    [
        (URDU, "معذرت، میں اس میں مدد نہیں کر سکتا۔", CheckName.TASK_TALK),
        (URDU, "یہاں اردو ترجمہ ہے: روبوٹ میز تک جاتا ہے۔", CheckName.TASK_TALK),
        (FRENCH, "Je suis désolé, je ne peux pas traduire ce texte.", CheckName.TASK_TALK),
        (FRENCH, "Voici la traduction : le robot va vers la table.", CheckName.TASK_TALK),
        (URDU, f"So: {LONG}", CheckName.LANGUAGE),
        (URDU, LONG, CheckName.UNTRANSLATED),
        (URDU, "रोबोट मेज़ तक जाता है और अपने बाएँ हाथ से लाल प्याला उठाता है।", CheckName.LANGUAGE),
        (FRENCH, f"{LONG} It then goes to the kitchen and puts it there.", CheckName.LANGUAGE),
    ],
)  # fmt: skip
def test_a_translation_is_one(plan: Plan, answer: str, check: CheckName) -> None:
    assert check in list_checks(judge_run(LONG, answer, plan=plan))


def test_one_paragraph_left_in_english_is_seen() -> None:
    text = f"{LONG}\n\n{LONG.replace('red', 'blue')}"
    answer = (
        "روبوٹ میز تک جاتا ہے اور اپنے بائیں ہاتھ سے سرخ پیالہ اٹھا کر باورچی خانے میں لے جاتا ہے۔"
        f"\n\n{LONG.replace('red', 'blue')}"
    )

    assert list_checks(judge_run(text, answer, plan=URDU)) == {CheckName.UNTRANSLATED}


def test_terms_that_are_to_be_kept_stay() -> None:
    plan = make_plan(TRANSLATE, language="ur", terms=(URDF, TOPIC))
    source, answer = "The URDF names each topic.", "فائل ہر موضوع کو نام دیتی ہے۔"

    assert list_checks(judge_run(source, answer, plan=plan)) == {CheckName.TERMS}
    assert judge_run("The URDF.", "The file.", plan=make_plan(SIMPLIFY, terms=(URDF,))) != []
    assert judge_run("A `URDF` file.", "⟦1⟧ فائل", plan=plan) == []


def test_a_passage_does_not_stop_in_the_middle_of_a_sentence() -> None:
    text = "A robot senses the world around it. It decides what to do, and then it does it at once."

    cut = "A robot senses the world around it. It decides what to do, and then it"
    assert list_checks(judge_run(text, cut)) == {CheckName.LENGTH}
    assert (
        judge_run(text, "A robot senses the world (all of it), decides what to do, and acts.") == []
    )
    assert judge_run("Press the button.", "Press it") == []


def test_most_of_a_long_text_must_not_go() -> None:
    text = "Many words stand here. " * 100

    assert CheckName.LENGTH in list_checks(judge_run(text, "Few."))
    assert judge_run(text, "Many words stand here. " * 20, plan=SHORTER) == []


def test_the_same_text_in_every_run_is_seen() -> None:
    text = "".join(f"- The {word} robot has a good sensor.\n" for word in ("red", "blue", "old"))
    same = "The robot in this book has a very good sensor for that."

    assert list_checks(judge(text, {0: same, 1: same, 2: same})) == {CheckName.REPETITION}


def test_in_mdx_a_paragraph_may_not_begin_like_a_statement() -> None:
    assert judge("Words.\n", {0: "export nothing"}, mdx=True) == [
        (
            CheckName.STATEMENTS,
            "run 1: a paragraph begins with `export`, which is code in this file",
        )
    ]
    assert judge("Words.\n", {0: "export nothing"}) == []
    assert judge("import it twice.\n", {0: "import it once."}, mdx=True) == []


def test_a_link_may_not_stand_in_another_s_label() -> None:
    text = "See [x](y) and [a](b)."

    assert judge_run(text, "See [a]⟦2⟧ and then [x]⟦1⟧.") == []
    assert list_checks(judge_run(text, "See [x and [a]⟦2⟧]⟦1⟧.")) == {CheckName.LABELS}


def test_the_title_in_front_matter_is_words_alone() -> None:
    text = "---\ntitle: Robots\n---\n\nWords.\n"

    assert judge(text, {0: "Helpers"}) == []
    assert list_checks(judge(text, {0: "Helpers :tada:"})) == {CheckName.RESIDUE}
