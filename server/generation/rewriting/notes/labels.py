"""Labels of notes: what an addition is called, in the reader's language where we know the words."""

from dataclasses import dataclass

from server.book.languages.tags import find_rendering

FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class Labels:
    """The titles of the kinds of note (`NOTE_KINDS`), and the words that mark it as added."""

    hardware: str
    glossary: str
    practice: str
    context: str
    depth: str
    teaching: str
    primer: str
    added: str

    def title(self, kind: str) -> str:
        """What stands above a note of this kind."""
        titles = {
            "hardware": self.hardware,
            "glossary": self.glossary,
            "practice": self.practice,
            "context": self.context,
            "depth": self.depth,
            "teaching": self.teaching,
            "primer": self.primer,
        }
        return f"{titles[kind]} ({self.added})"


# No brackets and no quotation marks: the titles stand inside both.
LABELS = {
    "en": Labels(
        "Your hardware",
        "In other words",
        "Try it",
        "In practice",
        "Going deeper",
        "For your class",
        "Before you read on",
        added="added for you",
    ),
    "ur": Labels(
        "آپ کا ہارڈویئر",
        "دوسرے لفظوں میں",
        "خود آزمائیں",
        "عملی دنیا میں",
        "مزید گہرائی میں",
        "آپ کی کلاس کے لیے",
        "آگے پڑھنے سے پہلے",
        added="آپ کے لیے اضافہ",
    ),
    "ar": Labels(
        "أجهزتك",
        "بعبارة أخرى",
        "جرّب بنفسك",
        "في الواقع العملي",
        "نظرة أعمق",
        "لصفّك",
        "قبل أن تتابع القراءة",
        added="إضافة لك",
    ),
    "fa": Labels(
        "سخت‌افزار شما",
        "به زبان دیگر",
        "خودتان امتحان کنید",
        "در عمل",
        "نگاهی عمیق‌تر",
        "برای کلاس شما",
        "پیش از ادامه",
        added="افزوده برای شما",
    ),
    "hi": Labels(
        "आपका हार्डवेयर",
        "दूसरे शब्दों में",
        "करके देखें",
        "व्यवहार में",
        "और गहराई से",
        "आपकी कक्षा के लिए",
        "आगे पढ़ने से पहले",
        added="आपके लिए जोड़ा गया",
    ),
    "de": Labels(
        "Ihre Hardware",
        "Mit anderen Worten",
        "Zum Ausprobieren",
        "In der Praxis",
        "Zur Vertiefung",
        "Für Ihren Unterricht",
        "Vor dem Weiterlesen",
        added="für Sie ergänzt",
    ),
    "fr": Labels(
        "Votre matériel",
        "Autrement dit",
        "À vous d’essayer",
        "En pratique",
        "Pour aller plus loin",
        "Pour votre cours",
        "Avant de continuer",
        added="ajouté pour vous",
    ),
    "es": Labels(
        "Su hardware",
        "En otras palabras",
        "Para practicar",
        "En la práctica",
        "Para profundizar",
        "Para su clase",
        "Antes de seguir leyendo",
        added="añadido para usted",
    ),
    "pt": Labels(
        "O seu hardware",
        "Em outras palavras",
        "Para praticar",
        "Na prática",
        "Para aprofundar",
        "Para a sua aula",
        "Antes de continuar",
        added="adicionado para você",
    ),
    "it": Labels(
        "Il tuo hardware",
        "In altre parole",
        "Da provare",
        "In pratica",
        "Per approfondire",
        "Per la tua lezione",
        "Prima di continuare",
        added="aggiunto per te",
    ),
    "ru": Labels(
        "Ваше оборудование",
        "Другими словами",
        "Попробуйте сами",
        "На практике",
        "Подробнее",
        "Для вашего занятия",
        "Прежде чем читать дальше",
        added="добавлено для вас",
    ),
    "tr": Labels(
        "Donanımınız",
        "Başka bir deyişle",
        "Deneyin",
        "Uygulamada",
        "Daha derine",
        "Dersiniz için",
        "Devam etmeden önce",
        added="sizin için eklendi",
    ),
    "id": Labels(
        "Perangkat keras Anda",
        "Dengan kata lain",
        "Coba sendiri",
        "Dalam praktik",
        "Lebih mendalam",
        "Untuk kelas Anda",
        "Sebelum melanjutkan",
        added="ditambahkan untuk Anda",
    ),
    "bn": Labels(
        "আপনার হার্ডওয়্যার",
        "অন্য কথায়",
        "নিজে চেষ্টা করুন",
        "বাস্তবে",
        "আরও গভীরে",
        "আপনার ক্লাসের জন্য",
        "আরও পড়ার আগে",
        added="আপনার জন্য যোগ করা",
    ),
    "zh-Hans": Labels(
        "您的硬件",
        "换句话说",
        "动手试试",
        "实践中",
        "深入了解",
        "课堂提示",
        "继续阅读之前",
        added="为您添加",
    ),
    "zh-Hant": Labels(
        "您的硬體",
        "換句話說",
        "動手試試",
        "實務中",
        "深入了解",
        "課堂提示",
        "繼續閱讀之前",
        added="為您新增",
    ),
    "ja": Labels(
        "お使いのハードウェア",
        "言い換えると",
        "試してみましょう",
        "実際の現場では",
        "さらに詳しく",
        "授業のために",
        "読み進める前に",
        added="あなた向けの追記",
    ),
}
_TAGS = {tag: tag for tag in LABELS}


def find_labels(language: str) -> Labels:
    """The labels for a language as it is written; in English for one whose words we do not know."""
    return LABELS[find_rendering(_TAGS, language) or FALLBACK]
