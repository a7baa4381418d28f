"""Checks of what an answer is: the text rewritten, not talk about the task (invariant 9)."""

import re
from collections.abc import Iterator
from functools import lru_cache

from server.generation.rewriting.protocol import RULES
from server.generation.rewriting.verification.domain import Candidate, join_words, shorten

_TEXT = "(?:text|section|passage|paragraph|chapter|translation|rewrite|answer|content)"
_DONE = "(?:rewritten|revised|rephrased|reworded|translated|simplified|updated|requested|improved)"

PHRASES = {
    "en": (
        r"I(?:['’]m| am) (?:very |so |really )?(?:sorry|afraid|unable|not able)\b",
        r"(?:I )?apologi[sz]e\b|(?:My )?apologies\b|Sorry,? (?:but )?I\b",
        r"I (?:can(?:['’]t|not)|won['’]t|must decline to) (?:help|assist|comply|rewrite)\b",
        r"(?:As|I(?:['’]m| am)) an? (?:AI|artificial intelligence|(?:large )?language model)\b",
        r"(?:Sure|Certainly|Of course|Absolutely)(?:[,!.—–-]| thing)\s{0,3}(?:here|I|let|below)\b",
        rf"(?:Here|Below)(?: is|['’]s) (?:(?:the|your|my|an?) )?{_DONE} {_TEXT}\b",
        rf"(?:Here|Below)(?: is|['’]s) (?:the|your|my|an?) (?:{_DONE} )?(?:version|translation) of "
        rf"(?:the|your|this) (?:original )?{_TEXT}\b",
        rf"(?:Here|Below)(?: is|['’]s) (?:the|your|my) (?:{_DONE} )?(?:version|translation)\s?:",
        rf"(?:{_DONE} (?:{_TEXT}|version)|Translation)\s?:",
    ),
    "ur": (
        "معذرت|میں معذرت|(?:مجھے )?افسوس (?:ہے|،)|بطور (?:اے آئی|مصنوعی ذہانت|ایک اے آئی)",
        r"میں (?:یہ|اس میں|اس)\b[^\n.۔]{0,40}نہیں کر سکت",
        r"(?:یہ رہا|یہ ہے|یہاں|ذیل میں|درج ذیل)\b[^\n.۔:]{0,40}"
        r"(?:ترجمہ|دوبارہ لکھا|لکھا گیا متن)[^\n.۔:]{0,20}[:۔]",
        r"(?:اردو )?ترجمہ\s?:",
    ),
    "ar": (
        "عذر[اً]|(?:أنا )?آسف|أعتذر|إليك (?:الترجمة|النص|ترجمة)|بصفتي (?:نموذج|ذكاء)",
        "لا (?:أستطيع|يمكنني) (?:مساعد|ترجم|إعادة)",
    ),
    "fa": ("متأسفم|متاسفم|(?:با عرض )?پوزش|در اینجا ترجمه|به عنوان یک (?:هوش|مدل)",),
    "hi": (
        "क्षमा (?:करें|कीजिए)|माफ़? ?(?:करें|कीजिए)|मुझे खेद|यहाँ (?:अनुवाद|अनुवादित)",
        "एक (?:एआई|AI) (?:मॉडल|सहायक)",
    ),
    "bn": ("দুঃখিত|এখানে অনুবাদ",),
    "fr": (
        r"(?:Je suis |Nous sommes )?désolée?s?\b|Je ne peux pas (?:vous )?(?:aider|traduire)",
        "Voici (?:la|votre|une) (?:traduction|version (?:traduite|réécrite|simplifiée))",
        "Voici (?:le|votre) texte (?:traduit|réécrit|simplifié)",
        "En tant qu['’](?:IA|intelligence artificielle|assistant)",
    ),
    "de": (
        "(?:Es )?tut mir (?:sehr )?leid|Ich kann (?:Ihnen |dir )?(?:dabei|damit) (?:leider )?nicht",
        "Hier ist (?:die|der|das|Ihre|Ihr|eine) (?:Übersetzung|übersetzte|umgeschriebene|"
        "vereinfachte|überarbeitete)",
        r"Als (?:eine )?(?:KI|künstliche Intelligenz|Sprachmodell)\b",
    ),
    "es": (
        r"Lo siento\b|Como (?:una? )?(?:modelo de lenguaje|IA|inteligencia artificial)\b",
        "Aquí (?:está|tienes|tiene) (?:la (?:traducción|versión)|el texto (?:traducido|reescrito))",
    ),
    "pt": (
        r"Desculpe\b|(?:Sinto|Lamento) muito\b",
        "Aqui está (?:a (?:tradução|versão)|o texto (?:traduzido|reescrito))",
    ),
    "it": (r"Mi dispiace\b|Ecco (?:la (?:traduzione|versione)|il testo (?:tradotto|riscritto))",),
    "ru": (
        "Извините|К сожалению, я не могу",
        "Вот (?:перевод|переведённый|переработанный|упрощённый)",
    ),
    "tr": ("Üzgünüm|Özür dilerim|İşte (?:çeviri|çevrilmiş)",),
    "zh": (
        "(?:很|非常)?抱歉|对不起|對不起|作为(?:一个|一名)?(?:AI|人工智能|语言模型)",
        "(?:以下|下面)是(?:翻译|翻譯|改写|改寫|重写|重寫|简化|簡化|译文|譯文)",
    ),
    "ja": ("申し訳(?:あり|ござい)|(?:以下|こちら)[はが](?:翻訳|書き直)|AI(?:アシスタント)?として",),
    "ko": ("죄송|다음은 (?:번역|다시)",),
}

_LEAD = r"[\s*_#>\"'“«-]{0,8}"
_TASK_TALK = re.compile(
    _LEAD + "(?:" + "|".join(phrase for group in PHRASES.values() for phrase in group) + ")",
    re.IGNORECASE,
)
_AFTERWORD = re.compile(
    r"(?:let me know if (?:you|there|any)|I hope (?:this|that) helps|feel free to (?:ask|reach out)"
    r"|would you like me to)\b",
    re.IGNORECASE,
)
_AFTERWORD_LENGTH = 160  # characters at an answer's end

# The words of the protocol and of the rules.
_ECHOES = (
    "<run",
    "</run>",
    "<section ",
    "</section>",
    "<legend>",
    "</legend>",
    "<block ",
    "<as-written ",
    "<note ",
)
_SHORTEST_RULE = 40  # characters; shorter sentences may be the author's
_RULE_END = re.compile(r"(?<=[.:])\s+|\n+")


def check_task_talk(candidate: Candidate) -> Iterator[str]:
    """Hold invariant 9: no run begins with a refusal or a preamble, or ends with an offer."""
    for pair in candidate.changed:
        begins = _TASK_TALK.match(pair.answer) and not _TASK_TALK.match(pair.run.masked)
        ends = _AFTERWORD.search(pair.answer, max(len(pair.answer) - _AFTERWORD_LENGTH, 0))
        if begins or (ends and not _AFTERWORD.search(pair.run.masked)):
            yield f"run {pair.number} speaks about the task instead of rewriting the text"


def is_task_talk(text: str) -> bool:
    """Whether a whole reply is a refusal or the like."""
    return _TASK_TALK.match(text) is not None


def check_echo(candidate: Candidate) -> Iterator[str]:
    """Hold invariant 9: nothing of the prompt comes back, and no fence stands around a run."""
    instructions = tuple(each.instruction for each in candidate.brief.plan.transformations)
    sentences = _list_sentences((RULES, *instructions))
    whole = join_words(candidate.answered)
    echoed = [words for words in (*_ECHOES, *sentences) if words in whole]
    for pair in candidate.changed:
        for words in echoed:
            if words in join_words(pair.answer) and words not in join_words(pair.run.masked):
                yield f"run {pair.number}: “{shorten(words)}” is not the textbook's text"
        if _is_fenced(pair.answer) and not _is_fenced(pair.run.masked):
            yield f"run {pair.number}: a code fence stands around the text"


def echoes_rules(text: str) -> bool:
    """Whether a sentence of the rules that a model gets stands in a text."""
    flat = join_words(text)
    return any(sentence in flat for sentence in _list_sentences((RULES,)))


@lru_cache(maxsize=64)
def _list_sentences(texts: tuple[str, ...]) -> tuple[str, ...]:
    """The sentences of the prompt that are long enough to know them again."""
    sentences = (join_words(part) for text in texts for part in _RULE_END.split(text))
    return tuple(dict.fromkeys(each for each in sentences if len(each) >= _SHORTEST_RULE))


def _is_fenced(text: str) -> bool:
    return text.lstrip().startswith(("```", "~~~"))
