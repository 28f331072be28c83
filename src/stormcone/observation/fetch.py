"""The only socket of observation: bytes from a feed's address, or the reason why not."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import httpx
import msgspec

from stormcone.observation.feed import Feed

BODY_LIMIT_BYTES = 32 * 2**20
WHOLE_S = 60.0
TIMEOUT = httpx.Timeout(30.0, connect=5.0)
MOST_REDIRECTS = 3
LONGEST_RETRY_AFTER = timedelta(hours=24)
_LOOPBACK = ("127.0.0.1", "::1", "localhost")

Headers = Mapping[str, str]


class Response(msgspec.Struct, frozen=True, kw_only=True):
    """What came back from one address; the names of `headers` are in lower case."""

    status: int
    url: str
    headers: dict[str, str] = {}
    body: bytes = b""


Transport = Callable[[str, Headers], Response]


class FetchError(OSError):
    """Nothing came that may be read; `kind` names why, `retry_after` is the provider's wish.

    Kinds: unreachable, status, refused (429, 503), server-error (other 5xx), redirect,
    too-large, too-slow, wrong-length.
    """

    def __init__(self, kind: str, message: str, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.retry_after = retry_after


def fetch(
    feed: Feed,
    transport: Transport,
    now: datetime,
    *,
    etag: str | None = None,
    modified: str | None = None,
) -> Response:
    """Return a feed's answer, 200 with a whole body or 304, following its own redirects.

    Raises
    ------
    FetchError
        For any other answer, and for none.
    """
    asked = {"accept-encoding": "gzip"}
    asked |= {"if-none-match": etag} if etag else {}
    asked |= {"if-modified-since": modified} if modified else {}
    url = _dated(feed, now)
    for _ in range(MOST_REDIRECTS + 1):
        answer = transport(url, asked)
        if answer.status not in (301, 302, 303, 307, 308):
            return _checked(feed, answer, now)
        url = _redirected(feed, answer)
    raise FetchError(
        "redirect", f"{feed.name}: more than {MOST_REDIRECTS} redirects, last {url}"
    )


def https(
    client: httpx.Client,
    *,
    limit_bytes: int = BODY_LIMIT_BYTES,
    whole_s: float = WHOLE_S,
    clock: Callable[[], float] = time.monotonic,
) -> Transport:
    """Return a transport over `client` that stops reading at a size and after a time."""

    def get(url: str, headers: Headers) -> Response:
        _only_safe(url)
        give_up = clock() + whole_s
        try:
            with client.stream("GET", url, headers=headers) as answer:
                body = bytearray()
                for chunk in answer.iter_bytes():
                    body += chunk
                    _within(url, len(body), limit_bytes, clock() < give_up)
                return Response(
                    status=answer.status_code,
                    url=url,
                    headers={name.lower(): value for name, value in answer.headers.items()},
                    body=bytes(body),
                )
        except httpx.TimeoutException as error:
            raise FetchError("too-slow", f"{url}: {error or 'timed out'}") from error
        except httpx.RemoteProtocolError as error:
            kind = "redirect" if "location header" in str(error) else "wrong-length"
            raise FetchError(kind, f"{url}: {error}") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise FetchError("unreachable", f"{url}: {error}") from error

    return get


def https_client(identification: str) -> httpx.Client:
    """Return a client with our timeouts that names us; TLS is verified, redirects are ours.

    Nothing comes from the environment: no proxy, no certificates, no passwords.
    """
    return httpx.Client(
        timeout=TIMEOUT,
        follow_redirects=False,
        trust_env=False,
        headers={"user-agent": identification},
    )


def from_files(url: str, _headers: Headers) -> Response:
    """Read a ``file://`` address; a transport like the others.

    Raises
    ------
    FetchError
        If the file cannot be read, or is larger than a body may be.
    """
    path = Path(unquote(urlsplit(url).path))
    try:
        _within(url, path.stat().st_size, BODY_LIMIT_BYTES, in_time=True)
        return Response(status=200, url=url, body=path.read_bytes())
    except FetchError:
        raise
    except OSError as error:
        raise FetchError("unreachable", f"{url}: {error.strerror}") from error


def retry_after(text: str | None, now: datetime) -> timedelta | None:
    """Return how long a ``Retry-After`` asks us to wait: its seconds, or until its date.

    A date in the past is no wait; more than a day is a day; what is neither form is None.

    Examples
    --------
    >>> noon = datetime(2026, 1, 18, 12, tzinfo=UTC)
    >>> retry_after("120", noon)
    datetime.timedelta(seconds=120)
    >>> retry_after("Sun, 18 Jan 2026 12:05:00 GMT", noon)
    datetime.timedelta(seconds=300)
    """
    if text is None:
        return None
    if text.strip().isdecimal():
        seconds = int(text.strip()[:9]) if len(text.strip()) < 10 else 10**6
        return min(timedelta(seconds=min(seconds, 10**6)), LONGEST_RETRY_AFTER)
    date = http_date(text)
    if date is None:
        return None
    return min(max(date - now, timedelta(0)), LONGEST_RETRY_AFTER)


def http_date(text: str | None) -> datetime | None:
    """Return the time of an HTTP date, or None for what is not one."""
    try:
        date = parsedate_to_datetime(text or "")
        return date.replace(tzinfo=date.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _dated(feed: Feed, now: datetime) -> str:
    """Return the address of the newest day that should be out, where it names a day."""
    at = now - feed.expected_latency
    return feed.url.replace("{year}", f"{at:%Y}").replace("{day}", f"{at:%j}")


def _checked(feed: Feed, answer: Response, now: datetime) -> Response:
    where = f"{feed.name}: {answer.url}"
    if answer.status in (429, 503):
        wait = retry_after(answer.headers.get("retry-after"), now)
        raise FetchError("refused", f"{where} answers {answer.status}", wait)
    if answer.status not in (200, 304):
        kind = "server-error" if answer.status >= 500 else "status"
        raise FetchError(kind, f"{where} answers {answer.status}, expected 200")
    announced = answer.headers.get("content-length")
    plain = "content-encoding" not in answer.headers and answer.status == 200
    if plain and announced and announced != str(len(answer.body)):
        raise FetchError(
            "wrong-length", f"{where}: {len(answer.body)} bytes, {announced} announced"
        )
    return answer


def _redirected(feed: Feed, answer: Response) -> str:
    place = answer.headers.get("location", "")
    try:
        url = urljoin(answer.url, place)
        host, home = urlsplit(url).hostname, urlsplit(feed.url)
    except ValueError as error:
        raise FetchError(
            "redirect", f"{feed.name}: sent to {place!a}, which is no address: {error}"
        ) from error
    if not place:
        raise FetchError("redirect", f"{feed.name}: {answer.url} sends on, and not where to")
    if host not in (home.hostname, *feed.redirects) or urlsplit(url).scheme != home.scheme:
        raise FetchError("redirect", f"{feed.name}: sent to {url}, not a host of this feed")
    return url


def _only_safe(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        raise FetchError("unreachable", f"{url}: only https:// is fetched over a network")


def _within(url: str, size: int, limit_bytes: int, in_time: bool) -> None:
    if size > limit_bytes:
        raise FetchError("too-large", f"{url}: more than {limit_bytes} bytes, reading stopped")
    if not in_time:
        raise FetchError("too-slow", f"{url}: only {size} bytes in the time for a whole body")
