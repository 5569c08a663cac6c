"""``sharekit measure``: a filter that counts texts as a network does."""

from __future__ import annotations

import json
import sys

import click


@click.command("measure", epilog="""Example: echo '["Hello https://blog.example/"]' | sharekit measure --channel x""")
@click.option("--channel", required=True, help="The network, such as x or mastodon.")
def command(channel: str) -> None:
    """Read a JSON list of texts and write the JSON list of their lengths, as the network counts them."""
    from sharekit.registry import counter_for, kind_named

    counter = counter_for(kind_named("channels", channel), {})[1]
    try:
        texts = json.loads(sys.stdin.buffer.read())
    except (ValueError, RecursionError) as error:
        raise click.UsageError(f"standard input is not JSON: {error}") from error
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise click.UsageError('standard input is not a JSON list of texts, as in ["a", "b"]')
    click.echo(json.dumps([counter.measure(text) for text in texts]))
