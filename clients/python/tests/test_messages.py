"""Replies: read when somebody asks, and taken for nothing that they are not."""

import json
import tempfile

import pytest

import goxel_client as goxel
from conftest import make_scene
from goxel_client import messages, replies
from goxel_client.messages import decode_message


def compact(**members):
    return json.dumps({"jsonrpc": "2.0", **members}, separators=(",", ":")).encode()


def test_the_id_is_known_before_the_result_is_read():
    message = decode_message(b'{"jsonrpc":"2.0","result":{"broken,"id":7}')
    assert (message.id, message.method, message.error) == (7, None, None)
    with pytest.raises(goxel.DataLoss, match="cannot be read"):
        message.result


@pytest.mark.parametrize(
    "result", [{"id": 3}, 'a text,"id":3}', [{"id": 3}], ',"id":', {"text": '","id":3'}, None]
)
def test_an_id_within_the_result_is_not_that_of_the_reply(result):
    for text in (compact(result=result, id=12), compact(id=12, result=result)):
        message = decode_message(text)
        assert (message.id, message.result, message.error) == (12, result, None)


def test_what_is_no_reply_with_a_result_is_read_at_once():
    assert decode_message(compact(method="news", params=[1])).params == [1]
    refused = decode_message(compact(error={"code": -32001, "message": "gone"}, id=4))
    assert (refused.id, str(refused.error)) == (4, "gone")
    with pytest.raises(goxel.DataLoss, match="no JSON object"):
        decode_message(b"[1]")


def test_a_picture_is_mapped_without_reading_the_reply(gx, monkeypatch):
    make_scene(gx)
    with monkeypatch.context() as patch:
        patch.setattr(messages, "_read_object", lambda text: pytest.fail("the reply was read"))
        image = gx.render(16, 16)
    with image:
        assert image.reply["render"]["id"] == image.id
        assert image.reply["file"]["path"] == image.path
        assert image.reply is image.reply


def test_a_path_that_json_has_to_escape_is_read_right(own_daemon, monkeypatch, tmp_path):
    place = tmp_path / '"quoted" \u00e4'
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    with goxel.connect(own_daemon().socket) as gx:
        make_scene(gx)
        with gx.render(16, 16) as image:
            assert image.path.startswith(f"{place}/")
            assert image.reply["file"]["path"] == image.path


def test_a_reply_that_says_it_in_another_order_is_read_whole():
    text = compact(result={"render": {"id": "0" * 16}, "file": {"path": "/a"}}, id=1)
    assert replies._MAPPED_FILE.match(text) is None
