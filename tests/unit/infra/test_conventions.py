"""What keeps the scripts small, and AWS's library in one place."""

from pathlib import Path

from tests.unit.test_conventions import imported_packages, lines_of_code

SOURCES = sorted((Path(__file__).parents[3] / "infra/src/infra").glob("*.py"))
AWS_LIBRARIES = {"boto3", "botocore"}
BUDGET = 1250
LONGEST_FILE = 250


def test_one_module_knows_the_library_of_aws() -> None:
    knowing = [source.name for source in SOURCES if imported_packages(source) & AWS_LIBRARIES]
    assert knowing == ["aws.py"]


def test_the_scripts_keep_to_their_budget() -> None:
    assert sum(map(lines_of_code, SOURCES)) < BUDGET


def test_no_file_is_longer_than_a_few_screens() -> None:
    lengths = {source.name: len(source.read_text().splitlines()) for source in SOURCES}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}
