"""The public names exist, and type checkers are shown the same ones."""

import ast
import inspect

import pytest

import gradcheck


def shown_to_type_checkers() -> set[str]:
    tree = ast.parse(inspect.getsource(gradcheck))
    (block,) = (
        node
        for node in tree.body
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    )
    imports = (node for node in block.body if isinstance(node, ast.ImportFrom))
    return {alias.asname or alias.name for node in imports for alias in node.names}


def test_both_lists_of_public_names_agree() -> None:
    assert shown_to_type_checkers() == set(gradcheck._PUBLIC)


@pytest.mark.parametrize("name", sorted(gradcheck._PUBLIC))
def test_a_public_name_is_there_and_says_what_it_is(name: str) -> None:
    value = getattr(gradcheck, name)
    assert name in dir(gradcheck)
    assert inspect.getdoc(value)


def test_a_name_that_is_none_is_refused() -> None:
    with pytest.raises(AttributeError, match="no attribute 'chekc'"):
        gradcheck.chekc  # noqa: B018 - the look is what is tested
