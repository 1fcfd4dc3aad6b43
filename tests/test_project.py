"""A folder of documents, loaded as a build loads it: one clear line for what MkDocs refuses, never a traceback."""

import pytest
from hangs import limited

from derivations.project import NoProject, Project

TOP, OURS = "site_name: T\nplugins:\n", "  - derivations:\n      course: fields\n"
YML = TOP + OURS
I18N = "  - i18n:\n      docs_structure: folder\n      languages:\n"
ENGLISH = "        - {locale: en, name: English, default: true}\n"


@pytest.fixture
def found(write_book, tmp_path):
    """Give the findings of a project with this mkdocs.yml."""
    write_book("# T {#t}\n\nWords.\n")

    def found(text, **files):
        if "markdown_extensions" not in text:   # without them `{#t}` is no id, but words of the heading
            text += "markdown_extensions: [attr_list]\n"
        (tmp_path / "mkdocs.yml").write_text(text, encoding="utf-8")
        for name, content in files.items():
            (tmp_path / f"{name}.yml").write_text(content, encoding="utf-8")
        project = Project(tmp_path)
        return [str(finding) for finding in project.book().findings]

    return found


def test_the_other_name_that_mkdocs_takes_is_taken_and_from_within_the_way_up_is_said(found, tmp_path):
    assert found(YML) == []
    (tmp_path / "mkdocs.yml").rename(tmp_path / "mkdocs.yaml")
    assert Project(tmp_path).book().findings == []
    with (tmp_path / "mkdocs.yaml").open("a", encoding="utf-8") as file:
        file.write("copyright: In 147456 numbers\n")
    assert {str(one).partition(" ")[0] for one in Project(tmp_path).book().findings} == {"mkdocs.yaml:6:15:"}
    with pytest.raises(NoProject, match=r"run this where the documents are, in \.\./\.\.$"):
        Project(tmp_path / "docs" / "en")


def test_plugins_may_be_a_mapping_and_a_file_may_inherit(found):
    assert found("site_name: T\nplugins:\n  derivations:\n    course: fields\n") == []
    assert found("INHERIT: base.yml\nsite_name: U\n", base=YML) == []


@pytest.mark.parametrize(("text", "place", "message"), [
    (YML.replace("T", "In 147456 numbers"), "mkdocs.yml:1:15", "the numeral 147456"),
    (YML.replace("T", "!ENV [NO_SUCH_NAME, In 147457 numbers]", 1), "mkdocs.yml:1:35", "the numeral 147457"),
    (f'{YML}nav:\n  - "Home in 15 minutes": page.md\n', "mkdocs.yml:6:14", "the numeral 15"),
    (f"{YML}site_description: >-\n  Words\n  and 147456 more\n", "mkdocs.yml:7:7", "the numeral 147456"),
    (f"{YML}markdown_extensions:\n  - pymdownx.snippets: {{auto_append: [abbr.md]}}\n", "mkdocs.yml:6:25",
     "no check can read what auto_append puts in"),
    (f"{YML}theme:\n  name: material\n  features:\n    - navigation.instant\n", "mkdocs.yml:8:7", "navigation.instant puts the next page"),
    (f"{TOP}{I18N}{ENGLISH}        - {{locale: es, name: Español, nav_translations: {{Home: 'Inicio en 20'}}}}\n{OURS}"
     "nav:\n  - Home: page.md\n", "mkdocs.yml:7:75", "the numeral 20"),
    (f"{TOP}{I18N}{ENGLISH}        - {{locale: es, name: Español}}\n{OURS}nav:\n  - Start: page.md\n", "mkdocs.yml:11:5",
     "the title ‘Start’ has no translation"),
    (f"{TOP}{I18N}{ENGLISH}        - {{locale: fr, name: Français, site_name: Titre}}\n{OURS}", "mkdocs.yml:7:20",
     "the course has no language ‘fr’ (write "),
])
def test_what_the_configuration_says_to_readers_is_checked_at_its_place(found, text, place, message):
    said = found(text)
    assert any(one.startswith(f"{place}: {message}") for one in said), said


@pytest.mark.parametrize(("options", "said"), [
    ("locale: es, name: Español, nav: [{Inicio: page.md}]", ""), ("locale: es, name: Español, nav: [page.md]", ""),
    ("locale: es, name: Español, nav: [{Inicio 20: page.md}]", "the numeral 20"),
    ("locale: es, name: Español, nav: [{Inicio: [lost.md]}]", "the navigation names lost.md, and there is no such page in docs/es"),
    ("locale: es, name: Español, nav_translations: {Start: Inicio}, admonition_translations: {note: Nota 21}", "the numeral 21"),
    ("locale: es, name: Español, nav: [page.md], extra: {consent: {title: Ficha, description: Son 22}}", "the numeral 22"),
    ("locale: es, name: Español, nav: [page.md], extra: {consent: &a [*a, {title: Ficha 29}], social: &b {x: *b}}", "the numeral 29"),
    ("locale: es, name: Español, nav: [page.md], extra: {analytics: {feedback: {ratings: [{data: 1, name: Más de 23}]}}}", "the numeral 23"),
    ("locale: es, name: Español, nav: [page.md], extra: {social: [{icon: a, link: 'https://x.example/24', name: A 25}]}", "the numeral 25"),
    ("locale: !ENV [NO_SUCH_NAME, es], name: Español, nav_translations: {Start: !ENV [NO_SUCH_NAME, OTHER, Inicio 27]}", "the numeral 27"),
    ("locale: es, name: Español, nav: [page.md], extra: {consent: {title: !ENV [NO_SUCH_NAME, Ficha 28]}}", "the numeral 28"),
    ('locale: es, name: Español, nav: [page.md]}\n        - {locale: "null", name: Elsewhere, fixed_link: "https://x.example/26"', ""),
])
def test_what_a_language_has_for_itself_is_taken_and_read(found, options, said):
    faults = found(f"{TOP}{I18N}{ENGLISH}        - {{{options}}}\n{OURS}nav:\n  - Start: page.md\n")
    word = next((word for word in said.replace(",", "").split() if word in options), "")
    place = f"mkdocs.yml:7:{len('        - {') + options.index(word) + 1}: "
    assert len(faults) == bool(said) and all(one.startswith(place + said) for one in faults), faults


def test_a_folder_that_a_language_has_no_title_for_is_named_without_a_nav(found, tmp_path):
    for code in ("en", "es"):
        (tmp_path / "docs" / code / "deep-learning").mkdir()
        (tmp_path / "docs" / code / "deep-learning" / "two.md").write_text("# T {#t}\n", encoding="utf-8")
    said = found(f"{TOP}{I18N}{ENGLISH}        - {{locale: es, name: Español}}\n{OURS}")
    assert any("the title ‘Deep learning’ has no translation" in one for one in said), said


@pytest.mark.parametrize("ending", [".markdown", ".mkd"])
def test_a_page_that_mkdocs_would_make_of_another_file_is_named(found, tmp_path, ending):
    (tmp_path / "docs" / "en" / f"more{ending}").write_text("# T {#t}\n", encoding="utf-8")
    assert found(YML) == [f"docs/en/more{ending}:1:1: a page's name ends in .md, not in {ending} (rename it)"]


def test_what_is_excluded_is_not_read(found, tmp_path):
    (tmp_path / "docs" / "en" / "drafts.md").write_text("147456\n", encoding="utf-8")
    assert len(found(YML)) >= 2
    assert found(f"{YML}exclude_docs: drafts.md\n") == []


@pytest.mark.parametrize(("page", "shown"), [(".well-known/page.md", ".well-known/"), ("en/.odd.md", "*.md"), ("templates/a.md", "/templates")])
def test_what_mkdocs_hides_is_read_where_exclude_docs_takes_it_back(found, tmp_path, page, shown):
    (tmp_path / "docs" / page).parent.mkdir(exist_ok=True)
    (tmp_path / "docs" / page).write_text("# T {#t}\n\n147456\n", encoding="utf-8")
    assert found(YML) == []
    said = found(f"{YML}exclude_docs: '!{shown}'\n")
    assert any(one.startswith(f"docs/{page}:") for one in said), said


@pytest.mark.parametrize(("line", "word", "message"), [
    ("theme: {name: material, features: [navigation.instant]}", "navigation.instant", "navigation.instant puts"),
    ("nav: [nowhere.md]", "nowhere", "the navigation names nowhere.md"),
    ("      tabel: x", "tabel", "the plugin derivations has no option 'tabel'; nearest: tables"),
])
def test_a_fault_of_what_is_inherited_is_named_where_it_stands(found, line, word, message):
    base = f"{YML}{line}\n"
    said = found("INHERIT: base.yml\nsite_author: U\n", base=base)
    assert f"base.yml:{base.count(chr(10))}:{line.index(word) + 1}: {message}" in " ".join(said), said


def test_a_literal_of_the_configuration_has_its_reason(found):
    text = YML.replace("T", "In 147456 numbers") + '      literals:\n        "147456": counted by hand\n'
    assert found(text) == []


@pytest.mark.parametrize(("text", "message"), [
    ("site_name: T\nplugins: [\n", "mkdocs.yml:2:10: not YAML: "),
    ("site_name: T\nplugins:\n  - derivations: {}\n", "mkdocs.yml:3:5: .*course"),
    (YML.replace("fields", "5"), r"names no course \(write `course: PACKAGE` below it\)"),
    ("site_name: T\n", "no plugin `derivations`"),
    (f"{TOP}{I18N}{OURS}".replace("languages:\n", "languages: en\n"), "mkdocs.yml: "),
    (f"{TOP}{I18N}        - name: English\n{OURS}", "mkdocs.yml: .*locale"),
    *((f"{TOP}{I18N}{ENGLISH}        - {{locale: es, name: Español, nav_translations: {{Home: {value}}}}}\n{OURS}",
       "mkdocs.yml: nav_translations of es gives 'Home' .*write a text") for value in ("[a]", "{a: b}", "3", "null")),
    (f"{YML}{I18N}{ENGLISH}", "list the plugin i18n before derivations"),
    (f"{YML}docs_dir: /etc\n", "lies outside of"),
    (f"{YML}extra: {'[' * 2000}{']' * 2000}\n", "nested too deep"),
    (f"{YML}extra: {'{a: ' * 2000}\n", "nested too deep"),
    ("INHERIT: 'base.yml' \n", "nested too deep"),
    ("INHERIT: mkdocs.yml\n", "mkdocs.yml: "),
])
def test_what_no_site_can_be_built_of_is_said_in_one_line(found, text, message):
    with pytest.raises(NoProject, match=message) as refused, limited(3):       # PyYAML alone takes more
        found(text, base=f"extra: {'[' * 50_000}")
    assert "\n" not in str(refused.value)


def test_a_configuration_that_is_not_utf_8_is_refused(tmp_path):
    (tmp_path / "mkdocs.yml").write_bytes("site_name: Español\n".encode("latin-1"))
    with pytest.raises(NoProject, match="mkdocs.yml"):
        Project(tmp_path)


@pytest.mark.parametrize("page", ["Español".encode("latin-1"), "\ufeff# T {#t}\n".encode("utf-16")])
def test_a_page_that_cannot_be_read_is_not_said_to_be_missing(write_book, tmp_path, page):
    write_book("# T {#t}\n\n[To the other one](other.md).\n")
    (tmp_path / "mkdocs.yml").write_text(f"{YML}markdown_extensions: [attr_list]\n", encoding="utf-8")
    for code, content in (("en", page), ("es", b"# T {#t}\n")):
        (tmp_path / "docs" / code / "other.md").write_bytes(content)
    found = Project(tmp_path).book().findings
    assert [(one.path, one.message) for one in found] == [("docs/en/other.md", "the file is not UTF-8")]


def test_mending_keeps_line_ends_and_a_byte_order_mark(write_book, tmp_path):
    write_book("# T {#t}\n\nWords.\n")
    (tmp_path / "mkdocs.yml").write_text(YML, encoding="utf-8")
    page = tmp_path / "docs" / "es" / "page.md"
    before = "\ufeff---\r\nliterals:\r\n  '{}': medido\r\n---\r\n# T {{#t}}\r\n\nEl {} %.\r\n"
    page.write_bytes(before.format("0.5", "0.5").encode())
    project = Project(tmp_path)
    project.fix(project.book())
    assert page.read_bytes().startswith(b"\xef\xbb\xbf---\r\n")
    assert b"El 0,5\xc2\xa0%.\r\n" in page.read_bytes()
    assert page.read_bytes().count(b"\r\n") == before.count("\r\n")
