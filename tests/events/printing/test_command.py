"""The command line, run as a person runs it: without the site."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from events.printing import as_docx, as_pdf
from events.printing.__main__ import main
from tests.events.printing.samples import AGREEMENT
from tests.events.printing.samples_of_kinds import KINDS, of_kind
from tests.events.printing.test_reading import as_json

ROOT = Path(__file__).parents[3]


@pytest.fixture
def data_file(tmp_path):
    path = tmp_path / "data.json"
    path.write_text(as_json(AGREEMENT), encoding="utf-8")
    return path


def test_command_runs_without_django(data_file, tmp_path):
    output = tmp_path / "out" / "agreement.pdf"
    output.parent.mkdir()
    program = (
        "import runpy, sys; sys.modules['django'] = None; sys.argv[0] = 'printing';"
        "runpy.run_module('events.printing', run_name='__main__')"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, "agreement", str(data_file), "-o", str(output)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    assert output.read_bytes() == as_pdf(AGREEMENT)
    assert list(output.parent.iterdir()) == [output]


def test_command_writes_word_by_the_name_of_the_output(data_file, tmp_path):
    output = tmp_path / "agreement.DOCX"
    assert main(["agreement", str(data_file), "-o", str(output)]) == 0
    assert output.read_bytes() == as_docx(AGREEMENT)


def test_command_refuses_wrong_data_by_path_and_writes_nothing(data_file, tmp_path, capsys):
    data = json.loads(data_file.read_text(encoding="utf-8"))
    data["parties"][1]["uscc"] = 91
    data["total_yuan"] = "much"
    data_file.write_text(json.dumps(data), encoding="utf-8")
    output = tmp_path / "agreement.pdf"
    output.write_bytes(b"the former version")
    assert main(["agreement", str(data_file), "-o", str(output)]) == 2
    assert capsys.readouterr().err.splitlines() == [
        f"{data_file}: $.parties[1].uscc: expected text, found 91",
        f'{data_file}: $.total_yuan: expected an amount, found "much"',
    ]
    assert output.read_bytes() == b"the former version"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["agreement.pdf", "data.json"]


@pytest.mark.parametrize(
    ("data", "output", "message"),
    [
        (None, "missing/agreement.pdf", "No such file or directory"),
        (None, "agreement.odt", "the name must end in .pdf or .docx"),
        (b"\xff\xfe", "agreement.pdf", "is not UTF-8"),
        (b"", "agreement.pdf", "$: is not JSON"),
    ],
)
def test_command_refuses_files_it_cannot_read_or_write(data_file, tmp_path, capsys, data, output, message):
    if data is not None:
        data_file.write_bytes(data)
    assert main(["agreement", str(data_file), "-o", str(tmp_path / output)]) == 2
    assert message in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [data_file]


def test_command_refuses_unknown_templates_and_missing_data(tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["poster", "data.json", "-o", "out.pdf"])
    assert ended.value.code == 2
    assert main(["brief", str(tmp_path / "none.json"), "-o", str(tmp_path / "out.pdf")]) == 2
    assert "none.json: No such file or directory" in capsys.readouterr().err


def test_command_warns_of_characters_without_a_glyph(data_file, tmp_path, capsys):
    data_file.write_text(as_json(AGREEMENT).replace("喆堃", "喆😀"), encoding="utf-8")
    assert main(["agreement", str(data_file), "-o", str(tmp_path / "out.pdf")]) == 0
    assert capsys.readouterr().err == "warning: no font shows '😀' (U+1F600)\n"


@pytest.mark.parametrize(("kind", "language"), KINDS[::4] + KINDS[3::4])
def test_command_prints_every_kind(tmp_path, kind, language):
    document, data = of_kind(kind, language), tmp_path / "data.json"
    data.write_text(as_json(document), encoding="utf-8")
    for name, expected in (("out.pdf", as_pdf(document)), ("out.docx", as_docx(document))):
        assert main(["agreement", str(data), "-o", str(tmp_path / name)]) == 0
        assert (tmp_path / name).read_bytes() == expected


def test_command_names_the_amount_that_is_wrong(data_file, tmp_path, capsys):
    data = json.loads(data_file.read_text(encoding="utf-8"))
    data["amount_in_words"] = "人民币壹佰万元整"
    data_file.write_text(json.dumps(data), encoding="utf-8")
    assert main(["agreement", str(data_file), "-o", str(tmp_path / "out.pdf")]) == 2
    assert capsys.readouterr().err == f"{data_file}: $.amount_in_words: says 1000000, but the total is 1100000\n"
    assert list(tmp_path.iterdir()) == [data_file]
