#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The HTTP server of the template `server`, in a real process."""
import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

from processes import LIMIT, TEMPLATES, wait_for

SLOW = """
def slow_job(job, quick=run_job):
    import time
    time.sleep(job.get("sleep", 0))
    return quick(job)


run_job = slow_job
MAX_REQUESTS = 2
MAX_BODY = 1000
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    def __init__(self, change=""):
        self.port = free_port()
        self.folder = tempfile.TemporaryDirectory(prefix="server-test.")
        program = pathlib.Path(self.folder.name) / "app.py"
        text = (TEMPLATES / "server/app.py").read_text().replace("{{port}}", str(self.port))
        program.write_text(text.replace("\nclass Server(", change + "\n\nclass Server(", 1))
        self.process = subprocess.Popen([sys.executable, "-B", str(program)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def __enter__(self):
        wait_for(self.ready, "the server")
        return self

    def __exit__(self, *_exception):
        self.process.kill()
        self.process.communicate()
        self.folder.cleanup()

    def ready(self):
        if self.process.poll() is not None:
            raise AssertionError(self.process.stdout.read())
        try:
            return self.get("/health")[0] == 200
        except OSError:
            return False

    def connection(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=LIMIT)

    def get(self, path):
        return self.ask("GET", path)

    def ask(self, method, path, body=None, headers=None):
        connection = self.connection()
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    def raw(self, text):
        with socket.create_connection(("127.0.0.1", self.port), LIMIT) as connection:
            connection.sendall(text)
            connection.settimeout(LIMIT)
            parts = []
            while True:
                data = connection.recv(65536)
                if not data:
                    return b"".join(parts)
                parts.append(data)


class ServerTest(unittest.TestCase):
    def test_health_and_jobs(self):
        with Server() as server:
            self.assertEqual(server.get("/health"), (200, {"status": "ok"}))
            self.assertEqual(server.get("/nope")[0], 404)
            self.assertEqual(server.ask("POST", "/job", json.dumps({"rows": [1, 2]})), (200, {"rows": [1, 2], "count": 2}))
            self.assertEqual(server.ask("POST", "/nope", "x")[0], 404)
            sample = (TEMPLATES / "server/job.json").read_bytes()
            self.assertEqual(server.ask("POST", "/job", sample)[0], 200)

    def test_what_is_no_job_is_refused(self):
        with Server() as server:
            for body in (b"", b"{", b"[]", b"\xff", b'{"rows": 1}', b"[" * 100000):
                with self.subTest(body=body[:10]):
                    code, answer = server.ask("POST", "/job", body)
                    self.assertEqual(code, 400)
                    self.assertIn("error", answer)

    def test_two_requests_on_one_connection(self):
        with Server() as server:
            connection = server.connection()
            for number in range(2):
                connection.request("POST", "/job", json.dumps({"rows": [number]}))
                answer = connection.getresponse()
                self.assertEqual(json.loads(answer.read())["rows"], [number])
            connection.close()

    def test_the_size_of_a_request_is_bounded(self):
        with Server(SLOW) as server:
            exact = b'{"rows": []}'.ljust(1000)
            self.assertEqual(server.ask("POST", "/job", exact)[0], 200)
            for length in ("1001", "999999999999999999999999"):
                answer = server.raw(b"POST /job HTTP/1.1\r\nHost: x\r\nContent-Length: " + length.encode() + b"\r\n\r\n")
                self.assertIn(b" 413 ", answer.split(b"\r\n")[0])
                self.assertIn(b"Connection: close", answer)
            for headers in (b"", b"Content-Length: -1\r\n", b"Content-Length: 1x\r\n", b"Transfer-Encoding: chunked\r\n"):
                answer = server.raw(b"POST /job HTTP/1.1\r\nHost: x\r\n" + headers + b"\r\n")
                self.assertIn(b" 411 ", answer.split(b"\r\n")[0])

    def test_too_many_requests_are_told_to_come_again(self):
        with Server(SLOW) as server:
            codes = []
            body = json.dumps({"rows": [], "sleep": 1})
            threads = [threading.Thread(target=lambda: codes.append(server.ask("POST", "/job", body)[0])) for _ in range(6)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual(sorted(set(codes)), [200, 503])
            self.assertEqual(codes.count(200), 2)
            self.assertEqual(server.get("/health")[0], 200)

    def test_sigterm_lets_a_request_end(self):
        with Server(SLOW) as server:
            results = []
            body = json.dumps({"rows": [1], "sleep": 1})
            thread = threading.Thread(target=lambda: results.append(server.ask("POST", "/job", body)))
            thread.start()
            time.sleep(0.4)
            server.process.send_signal(signal.SIGTERM)
            thread.join()
            self.assertEqual(results, [(200, {"rows": [1], "count": 1})])
            self.assertEqual(server.process.wait(LIMIT), 0)

    def test_sigterm_does_not_wait_for_idle_connections(self):
        with Server() as server, socket.create_connection(("127.0.0.1", server.port)):
            begun = time.monotonic()
            server.process.send_signal(signal.SIGTERM)
            self.assertEqual(server.process.wait(LIMIT), 0)
            self.assertLess(time.monotonic() - begun, 3)

    def test_log_lines_hold_no_control_characters(self):
        with Server() as server:
            server.raw(b"GET /\x1b[2J HTTP/1.0\r\n\r\n")
            server.process.send_signal(signal.SIGTERM)
            output = server.process.communicate(timeout=LIMIT)[0]
            self.assertNotIn(b"\x1b", output)
            self.assertIn(b"listening on port", output)


if __name__ == "__main__":
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    unittest.main()
