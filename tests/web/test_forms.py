"""What a form takes, and what it does not."""

import pytest

from tests.factories import Cast
from tests.pages import Browser

pytestmark = pytest.mark.anyio


async def test_a_file_in_the_place_of_a_text_is_no_answer(anyone: Browser, cast: Cast) -> None:
    answer = await anyone.post("/login", files={"email": ("x.txt", b"x"), "password": ("y.txt", b"y")})
    assert answer.status == 422
    assert [link.attributes["href"] for link in answer.all("#errors a")] == ["#email", "#password"]
