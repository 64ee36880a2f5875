"""The command `links`, which checks the links of the public data and prints those that no longer lead there."""

import argparse
import sys
from collections.abc import Iterator, Sequence

from tracker.config import Config
from tracker.links.cited_links import CitedLink, cited_links
from tracker.links.link_check import PAUSE, TIMEOUT, LinkLimits, LinkResult, LinkState, check_links
from tracker.model.errors import TrackerError
from tracker.queries.current_view import current_view

LINKS_COMMANDS = ("links",)
HEADINGS = {
    LinkState.GONE: "Gone",
    LinkState.MOVED: "Moved for good: write the new address",
    LinkState.UNREACHABLE: "Could not be reached: try again later, or open them in a browser",
}
_NO_NETWORK = "No server could be found. Is this machine connected to the internet?"


def add_links_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command `links` to the `commands` of the command line."""
    about = "check the links of the public data: which are gone, which moved, and whether there is a copy"
    note = "The servers see that this machine asks for these pages. The dashboard itself never asks another server."
    parser = commands.add_parser("links", help=about, description=f"{about}. {note}")
    parser.add_argument(
        "--timeout", type=_seconds, default=TIMEOUT, metavar="SECONDS", help="for one answer (default: %(default)g)"
    )
    parser.add_argument(
        "--pause",
        type=_seconds,
        default=PAUSE,
        metavar="SECONDS",
        help="between two requests to one server (default: %(default)g)",
    )
    parser.add_argument("--allow-local", action="store_true", help="also ask this machine and the local network")


def run_links_command(arguments: argparse.Namespace, config: Config) -> tuple[str, int]:
    """Run the command `links`. Return the text to print and the exit code: 1 if a link no longer leads there.

    Raises TrackerError if the data cannot be read or there is no network.
    """
    links = cited_links(current_view(config.data, {}))
    limits = LinkLimits(max(0.1, arguments.timeout), arguments.pause, allow_local=arguments.allow_local)
    is_shown, done = sys.stderr.isatty(), list[str]()

    def show(result: LinkResult) -> None:
        done.append(result.url)
        if is_shown:
            print(f"{len(done)} of {len(links)}: {result.url[:200]}", file=sys.stderr)

    results = check_links([link.url for link in links], limits, on_result=show)
    if len(links) > 1 and all(result.is_name_unknown for result in results.values()):
        raise TrackerError(_NO_NETWORK)
    return "\n".join(_report(links, results)), int(any(r.state != LinkState.WORKS for r in results.values()))


def _report(links: Sequence[CitedLink], results: dict[str, LinkResult]) -> Iterator[str]:
    """Yield the lines that are printed. The links are in their order: the most cited first."""
    counts = {state: [link for link in links if results[link.url].state is state] for state in LinkState}
    for state, heading in HEADINGS.items():
        if not counts[state]:
            continue
        yield f"{heading}: {len(counts[state])}"
        for link in counts[state]:
            detail = results[link.url].detail
            yield f"  {link.url}{' → ' if state is LinkState.MOVED else ': '}{_printable(detail)}"
            cited = f"; cited {link.citations} times" if link.citations > 1 else "; cited once" * link.citations
            yield f"    {', '.join(link.named_by)}{cited}; {'there is a copy' if link.has_copy else 'no copy'}"
        yield ""
    yield f"{len(links)} links checked: {len(counts[LinkState.WORKS])} work."


def _printable(text: str) -> str:
    """Return a text from another server without characters that could change the terminal."""
    return "".join(c for c in text if c.isprintable())[:500]


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 600:
        raise argparse.ArgumentTypeError("must be from 0 to 600")
    return value
