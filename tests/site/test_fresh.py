"""The course is read as its files say now, and a course that can't be read says where."""

import os
import py_compile
import sys
import textwrap

import pytest

from derivations.language.words import interface_words
from derivations.site import fresh

COURSE = """
from derivations.course import Course
NAME = "{name}"
COURSE = Course(name=NAME, symbols={{}}, units=(), formulas={{}}, words={{"en": {{}}}})
"""


@pytest.fixture
def course(tmp_path, monkeypatch):
    """Write the course's modules; the package is forgotten at the end."""
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    folder = tmp_path / "pasture"
    folder.mkdir()
    (folder / "__init__.py").write_text("", encoding="utf-8")

    def write(text, module="course"):
        path = folder / f"{module}.py"
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return path

    yield write
    fresh.forget("pasture")


def load(tmp_path):
    return fresh.load("pasture.course", tmp_path)


def test_an_edit_of_the_same_size_within_the_same_second_is_seen(course, tmp_path):
    path = course(COURSE.format(name="18"))
    os.utime(path, (10**9, 10**9))
    assert load(tmp_path).name == "18"
    course(COURSE.format(name="24"))
    os.utime(path, (10**9, 10**9))
    assert load(tmp_path).name == "24"


def test_bytecode_left_by_others_is_not_believed(course, tmp_path):
    path = course(COURSE.format(name="18"))
    os.utime(path, (10**9, 10**9))
    py_compile.compile(str(path))
    course(COURSE.format(name="24"))
    os.utime(path, (10**9, 10**9))
    assert load(tmp_path).name == "24"


def test_a_module_beside_the_course_is_read_afresh_too(course, tmp_path):
    course("VALUE = 'one'", "beside")
    course(COURSE.format(name="") .replace('NAME = ""', "from pasture.beside import VALUE as NAME"))
    assert load(tmp_path).name == "one"
    course("VALUE = 'two'", "beside")
    assert load(tmp_path).name == "two"


def test_a_package_that_the_course_names_is_read_afresh_with_it(course, tmp_path):
    (tmp_path / "barn").mkdir()
    (tmp_path / "barn" / "__init__.py").write_text("")
    shape = tmp_path / "barn" / "shape.py"
    course("from barn.shape import NAME\n" + COURSE.format(name="").replace('NAME = ""', "").replace(
        "words=", 'packages=("barn",), words='))
    for name in ("old", "new"):                     # of one size, in one second
        shape.write_text(f"NAME = '{name}'\n", encoding="utf-8")
        os.utime(shape, (10**9, 10**9))
        assert fresh.load("pasture.course", tmp_path, ("barn",)).name == name
    assert fresh.folders("pasture.course", ("barn",)) == [tmp_path / "pasture", tmp_path / "barn"]
    fresh.forget("barn")


def test_reading_leaves_no_bytecode_and_no_finder(course, tmp_path):
    course(COURSE.format(name="x"))
    before = list(sys.meta_path)
    load(tmp_path)
    assert sys.meta_path == before
    assert not list(tmp_path.rglob("*.pyc"))


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ("x = 1\ny = = 2\n", "pasture/course.py:2:5", "syntax error"),
        ("x = 1\n\n1 / 0\n", "pasture/course.py:3:1", "ZeroDivisionError"),
        ("import pasture.nothing\n", "pasture/course.py:1:1", "No module named 'pasture.nothing'"),
        ("COURSE = 3\n", "pasture.course:1:1", "int, not a Course"),
        ("x = 1\n", "pasture.course:1:1", "COURSE"),
    ],
)
def test_a_broken_course_says_where_and_what(course, tmp_path, text, place, says):
    course(text)
    with pytest.raises(fresh.CourseError) as caught:
        load(tmp_path)
    finding = caught.value.finding
    assert f"{finding.path}:{finding.line}:{finding.column}" == place
    assert says in finding.message


def test_a_mended_course_is_well_again(course, tmp_path):
    course("x = (\n")
    with pytest.raises(fresh.CourseError):
        load(tmp_path)
    course(COURSE.format(name="mended"))
    assert load(tmp_path).name == "mended"


def test_the_words_of_the_interface_are_read_afresh_too(course, tmp_path):
    course(COURSE.format(name="x"))
    before = interface_words("en")
    load(tmp_path)
    assert interface_words("en") is not before


def test_the_folder_is_known_without_importing_the_course(course, tmp_path):
    course("1 / 0")
    assert fresh.folder_of("pasture.course") == tmp_path / "pasture"
    assert fresh.folder_of("no.such.course") is None
