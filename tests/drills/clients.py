"""People who report over HTTP while servers are being killed: each goes on with the same key until it is answered."""

import http.client
import json
import threading
import time


class Reporters:
    """Threads that post reports; `answered` are the keys of those that got 201."""

    def __init__(self, ports: list[int], token: str, system: str) -> None:
        self.answered: list[str] = []
        self.attempts = 0
        self.over = threading.Event()
        self.threads = [
            threading.Thread(target=self._report, args=(number, ports, token, system))
            for number in range(len(ports))
        ]
        for thread in self.threads:
            thread.start()

    def end(self) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join(60)

    def _report(self, number: int, ports: list[int], token: str, system: str) -> None:
        count = 0
        while not self.over.is_set():
            count += 1
            key = f"report {number} {count}"
            while not self._post(ports[(number + self.attempts) % len(ports)], token, system, key):
                if self.over.is_set():
                    return
                time.sleep(0.1)
            self.answered.append(key)
            time.sleep(0.5)

    def _post(self, port: int, token: str, system: str, key: str) -> bool:
        self.attempts += 1
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        body = json.dumps({"system": system, "description": key, "title": key, "impact": "inconvenience"})
        headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
        }
        try:
            line.request("POST", "/api/v1/issues", body, headers)
            return line.getresponse().status == 201
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()
