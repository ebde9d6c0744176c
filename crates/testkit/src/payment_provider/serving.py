"""What the doubles of payment providers have in common: a web server in a process of its own that is told by lines of JSON.

Every line on standard output is one JSON object. The first says where it listens. A line on standard input is what somebody
outside does, such as a payer who agrees; it is answered by a line when it has been done. The process ends with its input.
"""

import argparse
import json
import ssl
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_said = threading.Lock()


def say(**what):
    with _said:
        print(json.dumps(what), flush=True)


class Refusal(Exception):
    """An answer that ends a question early."""

    def __init__(self, status, body=None, headers=None):
        super().__init__(status)
        self.status, self.body, self.headers = status, body, headers or {}


class Question:
    """A question as it came."""

    def __init__(self, method, path, headers, body):
        self.method, self.target, self.headers, self.body = method, path, headers, body
        self.path, _, self.query = path.partition("?")

    def json(self):
        try:
            # Amounts stay as they were written.
            return json.loads(self.body, parse_float=str)
        except ValueError:
            raise Refusal(400, {"message": "not JSON"}) from None


def serve(provider):
    """Runs a provider: an object with `answer(question)` giving `(status, body, headers)`, and `outside(told)`."""
    options = argparse.ArgumentParser()
    for name in ("certificate", "key", "authority"):
        options.add_argument(f"--{name}")
    options = options.parse_args()
    lock = threading.Lock()
    # How many answers still come, and how many then get lost on their way, after what was asked has been done.
    lost = {"after": 0, "count": 0}
    # What the next question is answered with, whatever it asks: whoever has trouble of their own has done nothing.
    instead = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def handle_one(self):
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            with lock:
                try:
                    if instead:
                        raise Refusal(*instead.pop())
                    status, content, extra = provider.answer(Question(self.command, self.path, headers, body))
                except Refusal as refusal:
                    status, content, extra = refusal.status, refusal.body, refusal.headers
                say(event="asked", method=self.command, target=self.path, status=status)
                if lost["after"]:
                    lost["after"] -= 1
                elif lost["count"]:
                    lost["count"] -= 1
                    self.close_connection = True
                    return
            content = b"" if content is None else content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(status)
            if content and "content-type" not in {name.lower() for name in extra}:
                self.send_header("content-type", "application/json")
            for name, value in extra.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_PUT = do_POST = do_PATCH = handle_one

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_):
            # Whoever breaks off a handshake has seen why.
            pass

    server = Quiet(("127.0.0.1", 0), Handler)
    scheme = "http"
    if options.certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(options.certificate, options.key)
        if options.authority:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(options.authority)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        scheme = "https"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    say(event="listening", address=f"{scheme}://localhost:{server.server_port}")
    for line in sys.stdin:
        told = json.loads(line)
        with lock:
            if "lose" in told:
                lost |= {"after": told["after"], "count": told["lose"]}
            elif "instead" in told:
                instead.append((told["instead"], told["text"].encode(), {"content-type": told["type"]}))
            else:
                provider.outside(told)
        say(event="done")
