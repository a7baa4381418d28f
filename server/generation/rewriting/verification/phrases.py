"""How refusals and preambles begin, in the languages that models apologise in.

Each is a pattern without regard to case. An honest sentence may say “here is a simpler loop”; only
talk about the text itself is meant.
"""

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
