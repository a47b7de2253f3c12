#!/usr/bin/env python3
"""An HTTP server for a Foundry sidecar, with the standard library alone (Python 3.8 or later).

GET  /health   200 {"status": "ok"}; 503 while it stops
POST /job      a JSON document in, a JSON document out; 400 for what is none, 413 for more than MAX_BODY bytes

SIGTERM lets requests that run end (for GRACE seconds), then ends the program with status 0.
"""
import json
import os
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PORT = {{port}}  # The same as EXPOSE in the Dockerfile and the port in the transform; 1024 or more, lower ones are root's.
MAX_BODY = 16 * 1024 * 1024
MAX_REQUESTS = 16  # At once; further ones get 503 and may come again.
IDLE_TIMEOUT = 30
GRACE = 8


def run_job(job):
    """A sample to replace by your work. ValueError: the request is wrong; anything else is a 500."""
    if not isinstance(job, dict) or not isinstance(job.get("rows"), list):
        raise ValueError('a job is an object with "rows", a list')
    return {"rows": job["rows"], "count": len(job["rows"])}


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address):
        self.stopping = False
        self.slots = threading.BoundedSemaphore(MAX_REQUESTS)
        self.running, self.idle = 0, threading.Condition()
        super().__init__(address, Handler)

    def __enter__(self):
        return self

    def enter(self):
        with self.idle:
            self.running += 1

    def leave(self):
        with self.idle:
            self.running -= 1
            self.idle.notify_all()

    def wait_idle(self, seconds):
        with self.idle:
            return self.idle.wait_for(lambda: self.running == 0, seconds)


class Handler(BaseHTTPRequestHandler):
    server_version = "sidecar"
    sys_version = ""
    protocol_version = "HTTP/1.1"
    timeout = IDLE_TIMEOUT  # Of the socket: a client that sends nothing does not keep a thread.

    def do_GET(self):
        if self.path != "/health":
            self.answer(404, {"error": "not found"})
        elif self.server.stopping:
            self.answer(503, {"status": "stopping"})
        else:
            self.answer(200, {"status": "ok"})

    def do_POST(self):
        # Whatever is refused before its body was read ends the connection: the body must not be taken for the next request.
        if self.path != "/job":
            self.close_connection = True
            self.answer(404, {"error": "not found"})
            return
        body = self.read_body()
        if body is None:
            return
        if self.server.stopping or not self.server.slots.acquire(blocking=False):
            self.answer(503, {"error": "busy"}, {"Retry-After": "1"})
            return
        self.server.enter()
        try:
            self.answer(*self.work(body))
        finally:
            self.server.slots.release()
            self.server.leave()

    def read_body(self):
        length = self.headers.get("Content-Length", "")
        problem = None
        if "Transfer-Encoding" in self.headers or not (length.isascii() and length.isdigit()):
            problem = 411, "Content-Length is needed"
        elif len(length) > 12 or int(length) > MAX_BODY:
            problem = 413, f"a request has at most {MAX_BODY} bytes"
        if problem:
            self.close_connection = True
            self.answer(problem[0], {"error": problem[1]})
            return None
        body = self.rfile.read(int(length))
        if len(body) != int(length):
            self.close_connection = True
            return None
        return body

    def work(self, body):
        try:
            return 200, run_job(json.loads(body))
        except (ValueError, RecursionError) as error:  # Bytes that are not UTF-8 and text that is not JSON are ValueErrors, too.
            return 400, {"error": str(error)}
        except Exception as error:  # pylint: disable=broad-except
            self.log_error("job failed: %r", error)
            return 500, {"error": type(error).__name__}

    def answer(self, code, document, headers=None):
        text = json.dumps(document).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format, *args):  # pylint: disable=redefined-builtin
        line = format % args
        sys.stderr.write("%s %s\n" % (self.log_date_time_string(), "".join(c if c.isprintable() else "?" for c in line)))
        sys.stderr.flush()


def main():
    with Server(("", PORT)) as server:

        def stop(_number, _frame):
            server.stopping = True
            # shutdown() waits for serve_forever(), which this signal has interrupted: another thread has to call it.
            threading.Thread(target=server.shutdown, daemon=True).start()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        print(f"listening on port {PORT}", flush=True)
        server.serve_forever(poll_interval=0.1)
        server.socket.close()
        if not server.wait_idle(GRACE):
            print("requests that did not end in time are cut", flush=True)
    return 0


if __name__ == "__main__":
    result = main()
    # Threads of idle connections may be left, and taking the interpreter down under them can crash it (seen: exit status 139).
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(result)
