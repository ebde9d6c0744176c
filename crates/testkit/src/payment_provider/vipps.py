"""A double of Vipps ePayment: payments that are reserved and captured, under idempotency keys, and signed webhooks."""

import base64
import hashlib
import hmac
import json
import re

from serving import Refusal, say, serve

KEYS = {
    "client_id": "fb492b5e-7907-4d83-bc20-c7fb60ca35de",
    "client_secret": "Y8Kteew6GE2ZmeycEt6egg==",
    "ocp-apim-subscription-key": "0f14ebcab0ec4b29ae0cb90d91b4a84a",
    "merchant-serial-number": "123456",
}
SECRET = "090a478d-37ff-4e77-970e-d457aeb26a3a"


def problem(status, title, detail):
    return Refusal(status, {"type": f"https://httpstatuses.io/{status}", "title": title, "detail": detail})


class Vipps:
    def __init__(self):
        self.payments, self.events, self.done, self.tokens = {}, {}, {}, 0

    def answer(self, question):
        for name in ("ocp-apim-subscription-key", "merchant-serial-number"):
            if question.headers.get(name) != KEYS[name]:
                raise problem(401, "Unauthorized", f"{name} is missing or wrong")
        if (question.method, question.path) == ("POST", "/accesstoken/get"):
            if any(question.headers.get(name) != KEYS[name] for name in ("client_id", "client_secret")):
                raise problem(401, "Unauthorized", "no such client")
            self.tokens += 1
            # Numbers as texts, as Vipps writes them.
            return 200, {"token_type": "Bearer", "expires_in": "3599", "ext_expires_in": "3599", "expires_on": "1795338000",
                         "access_token": f"eyJ0eXAiOiJKV1Qi.{self.tokens}.double"}, {}
        if question.headers.get("authorization") != f"Bearer eyJ0eXAiOiJKV1Qi.{self.tokens}.double":
            raise problem(401, "Unauthorized", "the token is too old")
        parts = question.path.removeprefix("/epayment/v1/").split("/")
        match question.method, parts:
            case "POST", ["payments"]:
                return self.once(question, lambda: self.begin(question))
            case "GET", ["payments", name]:
                return 200, self.known(name), {}
            case "GET", ["payments", name, "events"]:
                self.known(name)
                return 200, self.events[name], {}
            case "POST", ["payments", name, ("capture" | "refund" | "cancel") as verb]:
                return self.once(question, lambda: self.change(name, verb, question))
        raise problem(404, "Not Found", question.path)

    def once(self, question, act):
        key = question.headers.get("idempotency-key")
        if not key or len(key) > 50:
            raise problem(400, "Bad Request", "Idempotency-Key")
        asked = (question.target, question.body)
        if key in self.done:
            before, answer = self.done[key]
            if before != asked:
                raise problem(409, "Idempotency key reused", "with another body")
            return answer
        answer = act()
        self.done[key] = (asked, answer)
        return answer

    def known(self, name):
        if name not in self.payments:
            raise problem(404, "Not Found", "no such payment")
        return self.payments[name]

    def begin(self, question):
        wish = question.json()
        name, amount = wish.get("reference", ""), wish.get("amount", {})
        if not re.fullmatch(r"[A-Za-z0-9-]{8,64}", name):
            raise problem(400, "Bad Request", "reference")
        if name in self.payments:
            raise problem(409, "Conflict", "the reference is in use")
        if amount.get("currency") != "NOK" or not isinstance(amount.get("value"), int) or amount["value"] < 100:
            raise problem(400, "Bad Request", "amount")
        if wish.get("paymentMethod", {}).get("type") not in ("WALLET", "CARD"):
            raise problem(400, "Bad Request", "paymentMethod")
        if wish.get("userFlow") not in ("WEB_REDIRECT", "NATIVE_REDIRECT", "PUSH_MESSAGE", "QR"):
            raise problem(400, "Bad Request", "userFlow")
        if wish["userFlow"] == "WEB_REDIRECT" and not wish.get("returnUrl", "").startswith("https://"):
            raise problem(400, "Bad Request", "returnUrl")
        if not re.fullmatch(r"[0-9]{9,15}", wish.get("customer", {}).get("phoneNumber", "4700000000")):
            raise problem(400, "Bad Request", "phoneNumber")
        if not 3 <= len(wish.get("paymentDescription", "")) <= 100:
            raise problem(400, "Bad Request", "paymentDescription")
        none = {"currency": "NOK", "value": 0}
        self.payments[name] = {
            "amount": amount,
            "state": "CREATED",
            "paymentMethod": wish["paymentMethod"],
            "profile": {},
            "pspReference": f"psp-{len(self.payments) + 1}",
            "redirectUrl": f"https://landing.vipps.no/{name}",
            "reference": name,
            "aggregate": {f"{what}Amount": dict(none) for what in ("authorized", "captured", "refunded", "cancelled")},
        }
        self.events[name] = []
        self.tell(name, "CREATED", amount["value"], question.headers["idempotency-key"])
        return 201, {"redirectUrl": self.payments[name]["redirectUrl"], "reference": name}, {}

    def change(self, name, verb, question):
        payment = self.known(name)
        sums = payment["aggregate"]
        left = {
            "capture": sums["authorizedAmount"]["value"] - sums["capturedAmount"]["value"] - sums["cancelledAmount"]["value"],
            "refund": sums["capturedAmount"]["value"] - sums["refundedAmount"]["value"],
        }
        if verb == "cancel":
            if payment["state"] == "CREATED":
                payment["state"] = "TERMINATED"
            elif left["capture"] > 0 and sums["capturedAmount"]["value"] == 0:
                sums["cancelledAmount"]["value"] += left["capture"]
            else:
                raise problem(400, "Bad Request", "nothing to cancel")
            self.tell(name, "CANCELLED" if sums["cancelledAmount"]["value"] else "TERMINATED", 0, question.headers["idempotency-key"])
            return 200, payment, {}
        wanted = question.json().get("modificationAmount", {})
        if wanted.get("currency") != "NOK" or not isinstance(wanted.get("value"), int) or wanted["value"] <= 0:
            raise problem(400, "Bad Request", "modificationAmount")
        if wanted["value"] > left[verb]:
            raise problem(400, "Bad Request", f"more than there is to {verb}")
        done = {"capture": "captured", "refund": "refunded"}[verb]
        sums[f"{done}Amount"]["value"] += wanted["value"]
        self.tell(name, done.upper(), wanted["value"], question.headers["idempotency-key"])
        return 200, payment, {}

    def tell(self, name, what, value, key):
        payment = self.payments[name]
        self.events[name].append({
            "reference": name,
            "pspReference": payment["pspReference"],
            "name": what,
            "amount": {"currency": "NOK", "value": value},
            "timestamp": "2026-11-22T08:00:00.000Z",
            "idempotencyKey": key,
            "success": True,
        })

    def outside(self, told):
        if told.get("does") == "outdate":
            self.tokens += 1
            return
        payment = self.payments[told["id"]]
        payment["state"] = told["status"]
        if told["status"] == "AUTHORIZED":
            payment["aggregate"]["authorizedAmount"]["value"] = payment["amount"]["value"]
        self.tell(told["id"], told["status"], payment["amount"]["value"], None)
        body = json.dumps({
            "msn": KEYS["merchant-serial-number"],
            "reference": told["id"],
            "pspReference": payment["pspReference"],
            "name": told["status"],
            "amount": payment["amount"],
            "timestamp": "2026-11-22T08:00:00.000Z",
            "idempotencyKey": None,
            "success": True,
        }, separators=(",", ":"))
        date, host, target = "Sun, 22 Nov 2026 08:00:00 GMT", "stolpe.example", "/api/v1/callbacks/payments/vipps"
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        signed = f"POST\n{target}\n{date};{host};{digest}"
        signature = base64.b64encode(hmac.new(SECRET.encode(), signed.encode(), hashlib.sha256).digest()).decode()
        say(event="callback", target=target, text=body, headers={
            "x-ms-date": date,
            "host": host,
            "x-ms-content-sha256": digest,
            "authorization": f"HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature={signature}",
        })


serve(Vipps())
