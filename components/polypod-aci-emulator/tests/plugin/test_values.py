"""The engine's values, and the secrets in them."""

from __future__ import annotations

from polypod_aci_emulator.plugin.values import has_secret, hide, marked, plain, secret_texts


def test_secrets_are_found_and_hidden() -> None:
    """Wherever they are nested, and as what stands behind base64."""
    nested = {"a": [marked("s3cret", secret=True), marked("plain")], "b": marked("aGlkZGVu", secret=True)}
    values = {key: value if not isinstance(value, list) else type(value[0])(value) for key, value in nested.items()}
    assert has_secret(values["a"])
    assert secret_texts(values) == {"s3cret", "aGlkZGVu", "hidden"}
    assert hide("s3cret, plain, hidden", secret_texts(values)) == "[secret], plain, [secret]"
    assert plain(values["a"]) == ["s3cret", "plain"]
