"""A double of Twilio: forms in, JSON out, reports that are signed with the token of the account."""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from urllib.parse import parse_qs, urlencode

from serving import Refusal, say, serve

ACCOUNT = "AC0123456789abcdef0123456789abcdef"
TOKEN = "6e1b2f2c8d4a4f0a9b3c5d7e8f901234"
WHO = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
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


def refusal(status, code, message):
    body = {"code": code, "message": message, "more_info": f"https://www.twilio.com/docs/errors/{code}", "status": status}
    return Refusal(status, body)


class Twilio:
    def __init__(self):
        self.messages = []
        self.money = 1_000_000
        self.now = datetime.now(timezone.utc)
        self.minute = 0
        self.broken = None

    def answer(self, question):
        if question.headers.get("authorization") != WHO:
            raise refusal(401, 20003, "Authenticate")
        base = f"/2010-04-01/Accounts/{ACCOUNT}/"
        if not question.path.startswith(base):
            raise refusal(404, 20404, "The requested resource was not found")
        query = {name: values[0] for name, values in parse_qs(question.query).items()}
        match question.method, question.path.removeprefix(base).split("/"):
            case "POST", ["Messages.json"]:
                return self.send({name: values[0] for name, values in parse_qs(question.body.decode()).items()})
            case "GET", ["Messages.json"]:
                day = query.get("DateSent>", "0000-00-00")
                size = int(query.get("PageSize", 50))
                found = [it for it in reversed(self.messages) if it["to"] == query.get("To", it["to"]) and it["day"] >= day]
                more = f"{base}Messages.json?Page=1" if len(found) > size else None
                page = {"messages": [self.shown(it) for it in found[:size]], "next_page_uri": more}
                return 200, page, {}
            case "GET", ["Messages", name]:
                return 200, self.shown(self.known(name.removesuffix(".json"))), {}
        raise refusal(404, 20404, "The requested resource was not found")

    def known(self, name):
        for message in self.messages:
            if message["sid"] == name:
                return message
        raise refusal(404, 20404, "The requested resource was not found")

    def shown(self, message):
        return {name: value for name, value in message.items() if name not in ("callback", "day")}

    def send(self, form):
        if "Body" not in form:
            raise refusal(400, 21602, "Message body is required.")
        if "To" not in form:
            raise refusal(400, 21604, "A 'To' phone number is required.")
        if "From" not in form and "MessagingServiceSid" not in form:
            raise refusal(400, 21603, "A 'From' phone number is required.")
        to = form["To"]
        if not (to.startswith("+") and to[1:].isdigit()) or to.endswith("0000000"):
            raise refusal(400, 21211, f"Invalid 'To' Phone Number: {to}")
        if self.broken:
            raise Refusal(self.broken, b"upstream")
        if self.minute >= PER_MINUTE:
            raise Refusal(429, {"code": 20429, "message": "Too Many Requests", "more_info": "", "status": 429})
        if self.money <= 0:
            raise refusal(402, 30002, "Account suspended")
        self.minute += 1
        parts = parts_of(form["Body"])
        message = {
            "sid": f"SM{len(self.messages):032x}",
            "status": "queued",
            "to": to,
            "from": form.get("From"),
            "messaging_service_sid": form.get("MessagingServiceSid"),
            "body": form["Body"],
            "num_segments": str(parts),
            "price": None,
            "price_unit": "USD",
            "error_code": None,
            "error_message": None,
            "date_created": format_datetime(self.now),
            "callback": form.get("StatusCallback"),
            "day": self.now.date().isoformat(),
        }
        self.messages.append(message)
        return 201, self.shown(message), {}

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
            status = {"failed": "undelivered"}.get(told["status"], told["status"])
            message["status"] = status
            # The price is known some time after the message has left.
            message["price"] = f"-{int(message['num_segments']) * 0.05970:.5f}"
            if status == "undelivered":
                message["error_code"] = 30003
            fields = {"AccountSid": ACCOUNT, "MessageSid": message["sid"], "MessageStatus": status, "To": message["to"]}
            signed = (message["callback"] or "") + "".join(name + value for name, value in sorted(fields.items()))
            signature = base64.b64encode(hmac.new(TOKEN.encode(), signed.encode(), hashlib.sha1).digest()).decode()
            headers = {"content-type": "application/x-www-form-urlencoded", "x-twilio-signature": signature}
            say(event="callback", address=message["callback"], text=urlencode(fields), headers=headers, id=message["sid"])


serve(Twilio())
