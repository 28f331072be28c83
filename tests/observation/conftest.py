"""A real web server on this machine that answers as told, well or badly."""

import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


class Answer:
    """One answer: status, headers, and the pieces of its body with the pauses between them."""

    def __init__(
        self, status=200, body=b"", headers=None, pieces=None, pause_s=0.0, length=True
    ):
        self.status = status
        self.headers = headers or {}
        self.pieces = [body] if pieces is None else pieces
        self.pause_s = pause_s
        self.length = length


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):  # the library's name
        self.server.asked.append({name.lower(): value for name, value in self.headers.items()})
        answer = self.server.answers[self.path]
        answer = answer(self.headers) if callable(answer) else answer
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.length and "Content-Length" not in answer.headers:
            self.send_header("Content-Length", str(sum(map(len, answer.pieces))))
        self.end_headers()
        self.send_pieces(answer)

    def send_pieces(self, answer):
        try:
            for piece in answer.pieces:
                self.wfile.write(piece)
                self.wfile.flush()
                self.server.closing.wait(answer.pause_s)
        except OSError:
            pass  # the reader had enough, as it should
        self.close_connection = True

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    """Answers by path; `asked` are the headers of each request."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers = {}
        self.asked = []
        self.closing = threading.Event()

    def url(self, path):
        return f"http://127.0.0.1:{self.server_port}{path}"


@pytest.fixture
def web():
    """A running server; set `web.answers[path]` to an Answer, ask for `web.url(path)`."""
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    server.answer = Answer
    yield server
    server.closing.set()
    server.shutdown()
    thread.join()
    server.server_close()
