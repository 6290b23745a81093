"""Merging the rooms' catalogues into the one that gettext reads."""

import gettext
from pathlib import Path

import pytest

from tracker.translations import BadCatalogue, compile_catalogues

HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'


def write(folder: Path, room: str, *entries: str) -> None:
    path = folder / "zh_Hant_TW" / f"{room}.po"
    path.parent.mkdir(exist_ok=True)
    path.write_text(HEADER + "\n\n".join(entries) + "\n", "utf-8")


def words(folder: Path) -> gettext.GNUTranslations:
    with (folder / "zh_Hant_TW" / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        return gettext.GNUTranslations(file)


def test_the_words_of_all_rooms_stand_in_one_catalogue(tmp_path):
    write(
        tmp_path, "issues", 'msgid "Issue"\nmsgstr "問題"', 'msgctxt "state"\nmsgid "Open"\nmsgstr "處理中"'
    )
    write(tmp_path, "web", 'msgid "Save"\nmsgstr "儲存"', 'msgid "Open"\nmsgstr "開啟"')
    compile_catalogues(tmp_path)
    assert [words(tmp_path).gettext(word) for word in ("Issue", "Save", "Open")] == ["問題", "儲存", "開啟"]
    assert words(tmp_path).pgettext("state", "Open") == "處理中"


def test_chinese_has_one_plural_form(tmp_path):
    write(tmp_path, "issues", 'msgid "%(n)s issue"\nmsgid_plural "%(n)s issues"\nmsgstr[0] "%(n)s 個問題"')
    compile_catalogues(tmp_path)
    assert words(tmp_path).ngettext("%(n)s issue", "%(n)s issues", 2) == "%(n)s 個問題"


def test_only_what_changed_is_made_again(tmp_path):
    write(tmp_path, "web", 'msgid "Save"\nmsgstr "儲存"')
    assert len(compile_catalogues(tmp_path)) == 1
    assert compile_catalogues(tmp_path) == []
    write(tmp_path, "web", 'msgid "Save"\nmsgstr "存檔"')
    assert len(compile_catalogues(tmp_path)) == 1
    assert words(tmp_path).gettext("Save") == "存檔"


def test_the_same_words_make_the_same_file(tmp_path):
    made = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        write(folder, "web", 'msgid "Save"\nmsgstr "儲存"')
        made += [path.read_bytes() for path in compile_catalogues(folder)]
    assert made[0] == made[1]


def test_two_translations_of_one_word_are_refused_with_both_places(tmp_path):
    write(tmp_path, "issues", 'msgid "Save"\nmsgstr "存檔"')
    write(tmp_path, "web", 'msgid "Save"\nmsgstr "儲存"')
    with pytest.raises(BadCatalogue) as refused:
        compile_catalogues(tmp_path)
    assert all(part in str(refused.value) for part in ("web.po:4", "'Save'", "儲存", "存檔", "issues.po"))


def test_the_same_translation_may_stand_in_two_rooms(tmp_path):
    write(tmp_path, "issues", 'msgid "Save"\nmsgstr "儲存"')
    write(tmp_path, "web", 'msgid "Save"\nmsgstr "儲存"')
    compile_catalogues(tmp_path)
    assert words(tmp_path).gettext("Save") == "儲存"
