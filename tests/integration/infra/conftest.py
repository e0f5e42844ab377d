"""Each file of tests has an account and a tree of its own; its tests share what is deployed."""

from collections.abc import Iterator

import pytest

from tests.fixtures.aws import Account, new_account
from tests.integration.infra.tree import Tree, new_tree


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with new_account(tmp_path_factory.mktemp("account")) as account:
        yield account


@pytest.fixture(scope="module")
def tree(account: Account, tmp_path_factory: pytest.TempPathFactory) -> Tree:
    return new_tree(tmp_path_factory.mktemp("tree"), account)


@pytest.fixture(scope="module")
def deployed(tree: Tree) -> Tree:
    """A tree that is deployed; a test that changes something deploys it, so that it stays so."""
    tree.deploy()
    return tree
