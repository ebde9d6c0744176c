"""A double of 46elks: forms in, JSON out, refusals in plain text, reports that nobody signs."""

import base64
import json
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qs, urlencode

from serving import Refusal, say, serve

WHO = "Basic " + base64.b64encode(b"u0123456789abcdef:4B57A3B1").decode()
PRICE = 3500
PER_MINUTE = 100
BASIC = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = set("\f^{}\\[~]|€")


def parts_of(text):
    """Counted a second time, from the specification: a list of septets or of UTF-16 units that is cut."""
    if all(sign in BASIC or sign in EXTENDED for sign in text):
        pieces, alone, joined = [2 if sign in EXTENDED else 1 for sign in text], 160, 153
    else:
        pieces, alone, joined = [len(sign.encode("utf-16-le")) // 2 for sign in text], 70, 67
    if sum(pieces) <= alone:
        return 1
    parts, held = 1, 0
    for piece in pieces:
        if held + piece > joined:
            parts, held = parts + 1, 0
        held += piece
    return parts


def words(status, text):
    return Refusal(status, text.encode(), {"content-type": "text/plain"})


class Elks:
    def __init__(self):
        self.messages = []
        self.money = 10_000_000
        self.now = datetime.now(timezone.utc)
        self.minute = 0
        self.broken = None

    def answer(self, question):
        if question.headers.get("authorization") != WHO:
            raise words(401, "Authentication failed")
        query = {name: values[0] for name, values in parse_qs(question.query).items()}
        match question.method, question.path.removeprefix("/a1/").split("/"):
            case "POST", ["sms"]:
                return self.send({name: values[0] for name, values in parse_qs(question.body.decode()).items()})
            case "GET", ["sms"]:
                start, limit = int(query.get("start", 0)), min(int(query.get("limit", 100)), 100)
                young = list(reversed(self.messages))
                page = {"data": [self.shown(it) for it in young[start:start + limit]]}
                if start + limit < len(young):
                    page["next"] = str(start + limit)
                return 200, page, {}
            case "GET", ["sms", name]:
                return 200, self.shown(self.known(name)), {}
            case "GET", ["me"]:
                return 200, {"id": "u0123456789abcdef", "balance": self.money, "currency": "SEK"}, {}
        raise words(404, "Not found")

    def known(self, name):
        for message in self.messages:
            if message["id"] == name:
                return message
        raise words(404, "Not found")

    def shown(self, message):
        return {name: value for name, value in message.items() if name != "whendelivered"}

    def send(self, form):
        for name in ("from", "to", "message"):
            if not form.get(name):
                raise words(403, f"Missing key {name}")
        sender, to = form["from"], form["to"]
        named = sender[0].isascii() and sender[0].isalpha() and sender.isascii() and sender.isalnum() and len(sender) <= 11
        if not named and not (sender.startswith("+") and sender[1:].isdigit()):
            raise words(403, "Invalid from")
        if not (to.startswith("+") and to[1:].isdigit() and 8 <= len(to) <= 16) or to.endswith("0000000"):
            raise words(403, "Invalid to number")
        if self.broken:
            raise words(self.broken, "Internal error")
        if self.minute >= PER_MINUTE:
            raise words(429, "Too many requests")
        parts = parts_of(form["message"])
        if self.money < parts * PRICE:
            raise words(403, "Not enough balance")
        self.money -= parts * PRICE
        self.minute += 1
        message = {
            "id": f"s{len(self.messages):031x}",
            "status": "created",
            "from": sender,
            "to": to,
            "message": form["message"],
            "created": self.now.strftime("%Y-%m-%dT%H:%M:%S.%f"),
            "direction": "outgoing",
            "cost": parts * PRICE,
            "parts": parts,
            "whendelivered": form.get("whendelivered"),
        }
        self.messages.append(message)
        return 200, self.shown(message), {}

    def outside(self, told):
        if "money" in told:
            self.money = told["money"]
        if "broken" in told:
            self.broken = told["broken"]
        if "now" in told:
            self.now = datetime.fromisoformat(told["now"])
        if told.get("minute"):
            # A minute later messages are taken again.
            self.now += timedelta(minutes=1)
            self.minute = 0
        if told.get("list"):
            say(event="list", messages=[self.shown(it) for it in self.messages])
        if "status" in told:
            message = self.known(told["id"]) if "id" in told else self.messages[-1]
            message["status"] = told["status"]
            report = {"id": message["id"], "status": told["status"]}
            if told["status"] == "delivered":
                report["delivered"] = self.now.strftime("%Y-%m-%dT%H:%M:%S.%f")
            headers = {"content-type": "application/x-www-form-urlencoded"}
            say(event="callback", address=message["whendelivered"], text=urlencode(report), headers=headers,
                id=message["id"])


serve(Elks())
