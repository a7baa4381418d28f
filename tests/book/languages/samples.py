"""The same two sentences in several languages, about robots, each of more than twenty words."""

SAMPLES = {
    "en": "A robot senses its surroundings, takes a decision and acts many times a second. The"
    " command shows the messages that the nodes exchange while the simulator computes the arm.",
    "fr": "Un robot perçoit son environnement, prend une décision et agit plusieurs fois par"
    " seconde. La commande affiche les messages que les nœuds échangent pendant le calcul.",
    "de": "Ein Roboter nimmt seine Umgebung wahr, trifft eine Entscheidung und handelt viele Male"
    " in der Sekunde. Der Befehl zeigt die Nachrichten, die die Knoten austauschen.",
    "es": "Un robot percibe su entorno, toma una decisión y actúa muchas veces por segundo. El"
    " comando muestra los mensajes que los nodos intercambian mientras el simulador calcula.",
    "tr": "Bir robot çevresini algılar, bir karar verir ve saniyede birçok kez hareket eder. Bu"
    " komut, simülatör kolun konumunu hesaplarken düğümlerin gönderdiği mesajları gösterir.",
    "ur": "روبوٹ اپنے ماحول کو محسوس کرتا ہے، فیصلہ کرتا ہے اور ہر سیکنڈ میں کئی بار عمل کرتا ہے۔"
    " یہ حکم وہ پیغامات دکھاتا ہے جو نوڈز آپس میں بھیجتے ہیں۔",
    "ar": "يستشعر الروبوت بيئته ويتخذ قرارًا ثم يتصرف مرات عديدة في الثانية. يعرض هذا الأمر"
    " الرسائل التي تتبادلها العقد فيما بينها بينما يحسب المحاكي موضع الذراع في الفضاء.",
    "fa": "ربات محیط خود را حس می‌کند، تصمیم می‌گیرد و در هر ثانیه چندین بار عمل می‌کند. این"
    " دستور پیام‌هایی را نشان می‌دهد که گره‌ها با یکدیگر رد و بدل می‌کنند.",
    "he": "רובוט חש את סביבתו, מקבל החלטה ופועל פעמים רבות בשנייה. הפקודה מציגה את ההודעות"
    " שהצמתים מחליפים ביניהם בזמן שהמדמה מחשב את מיקום הזרוע במרחב.",
    "hi": "रोबोट अपने परिवेश को महसूस करता है, निर्णय लेता है और हर सेकंड कई बार काम करता है।"
    " यह आदेश उन संदेशों को दिखाता है जो नोड आपस में भेजते हैं।",
    "ru": "Робот воспринимает окружающую среду, принимает решение и действует много раз в"
    " секунду. Команда показывает сообщения, которыми обмениваются узлы, пока симулятор"
    " вычисляет положение руки.",
    "ja": "ロボットは周囲の環境を感知し、決定を下し、毎秒何度も行動します。このコマンドは、"
    "シミュレータが腕の位置を計算している間にノードが交換するメッセージを表示します。",
    "ko": "로봇은 주변 환경을 감지하고 결정을 내린 다음 매초 여러 번 행동합니다. 이 명령은"
    " 시뮬레이터가 팔의 위치를 계산하는 동안 노드들이 서로 주고받는 메시지를 학습자에게 차례로"
    " 보여 주며 결과를 알려 줍니다.",
    "zh-Hans": "机器人感知周围环境，做出决定，并在每秒钟内多次采取行动。这个命令显示节点之间交换的"
    "消息，同时模拟器计算手臂在空间中的位置，并把结果告诉学习者。",
    "zh-Hant": "機器人感知周圍環境，做出決定，並在每秒鐘內多次採取行動。這個命令顯示節點之間交換的"
    "訊息，同時模擬器計算手臂在空間中的位置，並把結果告訴學習者。",
}
SERBIAN = (
    "Robot opaža svoje okruženje, donosi odluku i deluje mnogo puta u sekundi. Naredba prikazuje"
    " poruke koje čvorovi razmenjuju dok simulator računa položaj ruke u prostoru."
)
GALICIAN = (
    "Un robot percibe a súa contorna, toma unha decisión e actúa moitas veces por segundo. O"
    " comando amosa as mensaxes que os nodos intercambian mentres o simulador calcula a posición."
)
