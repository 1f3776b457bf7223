"""The language of a text is guessed where it is clear, and nothing is said where it is not."""

# ruff: noqa: RUF001  (words of many scripts)
from __future__ import annotations

from time import process_time

import pytest

from feedapp.seeds.written.reading import conversations
from feedapp.text.language import LONGEST_READ, language_of

CLEAR = {
    "en": ["I have found the keys, and they are yours.", "What a lovely evening it was!"],
    "de": ["Ich habe den Schlüssel gefunden, er ist bei mir.", "Wer kommt am Samstag mit uns in den Garten?"],
    "fr": ["J'ai retrouvé les clés, elles sont dans la cuisine.", "Est-ce que vous venez avec nous samedi ?"],
    "es": ["He encontrado las llaves, están en la cocina.", "¿Quién viene el sábado con nosotros?"],
    "it": ["Ho trovato le chiavi, sono nella cucina con il pane.", "Chi viene con noi? Non lo so, ma questo mi piace."],
    "pt": ["Encontrei as chaves, estão na cozinha e são do João.", "Quem vem com a gente no sábado? Não sei."],
    "nl": ["Ik heb de sleutels gevonden, ze zijn bij mij.", "Wie gaat er zaterdag met ons mee naar de tuin?"],
    "sv": ["Jag har hittat nycklarna, de är inte mina.", "Vad är det som luktar så gott i köket?"],
    "da": ["Jeg har ikke fundet dem, hvad gør vi af det?", "Hvor blev I af? Vi havde meget at tale om."],
    "nb": ["Jeg har ikke funnet dem, hva gjør vi av det?", "Takk for meg, det ble veldig bra."],
    "pl": ["Znalazłam klucze, są u mnie i nie wiem, czyje.", "Kto jest dzisiaj w domu? Proszę, bo już nie wiem."],
    "tr": [
        "Anahtarları buldum ama kimin olduğunu bilmiyorum, çok güzel bir şey değil.",
        "Bu akşam ne var?  Her şey için teşekkürler.",
    ],
    "cs": ["Našla jsem klíče a nevím, kde je ten, který je ztratil.", "Když to není pro tebe, tak co je to?"],
    "fi": ["Löysin avaimet ja ne ovat nyt minulla.", "Mitä kuuluu? Se on hyvin, kiitos."],
    "ru": ["Я нашла ключи, но не знаю, чьи они.", "Спасибо, что вы пришли к нам!"],
    "uk": ["Я знайшла ключі, але не знаю, чиї вони.", "Дякую, що ви прийшли до нас!"],
    "bg": ["Аз съм тук и не знам къде са ключовете.", "Благодаря, че сте с нас."],
    "ar": ["وجدت المفاتيح على الطاولة في المطبخ.", "شكراً على كل هذا الجمال"],
    "fa": ["کلیدها را پیدا کردم، در آشپزخانه بود.", "خیلی ممنون که با ما هستید"],
    "ur": ["چابیاں مل گئی ہیں، میں نے دیکھا ہے", "یہ کس کے لیے ہے؟"],
    "ja": ["鍵を見つけました。", "木曜日に行きます", "これは何？"],
    "zh": ["我找到了钥匙，在厨房里。"],
    "ko": ["열쇠를 찾았어요."],
    "el": ["Βρήκα τα κλειδιά."],
    "he": ["מצאתי את המפתחות."],
    "th": ["เจอกุญแจแล้ว"],
    "hy": ["Գտա բանալիները"],
    "ka": ["გასაღები ვიპოვე"],
}


@pytest.mark.parametrize(("language", "text"), [(each, text) for each, texts in CLEAR.items() for text in texts])
def test_a_sentence_is_enough(language: str, text: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "👍",
            "Otto",
            "ok",
            "lol",
            "42",
            "@the @and @is",
            "#the #and #of #is",
            "https://example.com/the/and/of/is",
        ),
        *("```\nif the and of is not in that\n```", "`the and of is it`", "東京", "Mill Lane", "Alhamdulillah!"),
        *("Pizza Pasta Gelato", "mañana", "Привет", "नमस्ते", "la la la", "I", "die"),
    ],
)
def test_what_is_not_clear_is_said_to_be_nothing(text: str) -> None:
    assert language_of(text) is None


def test_names_and_addresses_in_a_text_are_not_of_its_language() -> None:
    assert language_of("@the_and_of Ich habe es nicht gesehen: https://example.com/the-and-of-it-is-for") == "de"


def test_of_the_demo_no_text_is_taken_for_one_of_another_language() -> None:
    texts = [each for post in conversations() for each in (post.text, *(comment.text for comment in post.comments))]
    found = [language_of(each) for each in texts]
    assert {*found} == {"en", "de", "fr", "ar", "ja", None}
    assert found.count(None) < len(texts) / 10


@pytest.mark.parametrize(
    "text", ["a " * 10_000, "`" * 20_000, "```" * 6_000, "the " * 5_000, "ا" * 20_000, "a'" * 10_000, "@" * 20_000]
)
def test_a_long_text_takes_no_longer_than_its_beginning(text: str) -> None:
    language_of("warm up, please, and thank you")
    begun = process_time()
    whole = language_of(text)
    took = process_time() - begun
    assert language_of(text[:LONGEST_READ]) == whole
    assert took < 0.25
