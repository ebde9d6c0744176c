"""A double of Swish Commerce: payment requests and refunds as developer.swish.nu describes them, over mutual TLS."""

import re
from decimal import Decimal, InvalidOperation

from serving import Refusal, say, serve

PAYEE = "1231181189"
MESSAGE = re.compile(r"^[\w:;.,?!()\- ]{0,50}$")


def fault(code, words):
    return {"errorCode": code, "errorMessage": words, "additionalInformation": None}


def amount_of(wish, faults):
    try:
        amount = Decimal(str(wish.get("amount")))
    except InvalidOperation:
        faults.append(fault("PA02", "Amount value is missing or not a valid number"))
        return None
    if amount != amount.quantize(Decimal("0.01")):
        faults.append(fault("PA02", "Amount value is missing or not a valid number"))
    if amount < 1:
        faults.append(fault("AM06", "Specified transaction amount is less than agreed minimum"))
    if wish.get("currency") != "SEK":
        faults.append(fault("AM03", "Invalid or missing Currency"))
    return amount


class Swish:
    def __init__(self):
        self.payments, self.refunds = {}, {}

    def answer(self, question):
        parts = question.path.removeprefix("/swish-cpcapi/api/").split("/")
        match question.method, parts:
            case "PUT", ["v2", "paymentrequests", name]:
                return self.begin(name, question)
            case "PUT", ["v2", "refunds", name]:
                return self.give_back(name, question)
            case "GET", ["v1", "paymentrequests", name]:
                return self.read(self.payments, name)
            case "GET", ["v1", "refunds", name]:
                return self.read(self.refunds, name)
            case "PATCH", ["v1", "paymentrequests", name]:
                return self.cancel(name, question)
        raise Refusal(404)

    def read(self, kept, name):
        if name not in kept:
            raise Refusal(404, [fault("RP04", "No payment request found related to a token")])
        return 200, kept[name], {}

    def named(self, name):
        if not re.fullmatch(r"[0-9A-F]{32}", name):
            raise Refusal(400)

    def begin(self, name, question):
        self.named(name)
        wish, faults = question.json(), []
        if wish.get("payeeAlias") != PAYEE:
            raise Refusal(403, [fault("PA01", "The payee is not owned by the certificate")])
        if not str(wish.get("callbackUrl", "")).startswith("https://"):
            faults.append(fault("RP03", "Callback URL is missing or does not use Https"))
        if not re.fullmatch(r"[0-9A-Za-z]{1,35}", wish.get("payeePaymentReference", "-")):
            faults.append(fault("FF08", "PaymentReference is invalid"))
        if "payerAlias" in wish and not re.fullmatch(r"[1-9][0-9]{7,14}", wish["payerAlias"]):
            faults.append(fault("BE18", "Payer alias is invalid"))
        if not MESSAGE.match(wish.get("message", "")):
            faults.append(fault("RP02", "Wrong formatted message"))
        amount = amount_of(wish, faults)
        active = [it for it in self.payments.values() if it["status"] == "CREATED" and it["id"] != name]
        if "payerAlias" in wish and any(it["payerAlias"] == wish["payerAlias"] for it in active):
            faults.append(fault("RP06", "Another active payment request already exists for this payer"))
        if faults:
            raise Refusal(422, faults)
        # The same request again is the same payment.
        self.payments.setdefault(name, {
            "id": name,
            "payeePaymentReference": wish["payeePaymentReference"],
            "paymentReference": None,
            "callbackUrl": wish["callbackUrl"],
            "payerAlias": wish.get("payerAlias"),
            "payeeAlias": PAYEE,
            "amount": float(amount),
            "currency": "SEK",
            "message": wish.get("message"),
            "status": "CREATED",
            "dateCreated": "2026-11-22T08:00:00.000+0000",
            "datePaid": None,
            "errorCode": None,
            "errorMessage": None,
        })
        headers = {"Location": f"https://localhost/swish-cpcapi/api/v1/paymentrequests/{name}"}
        if "payerAlias" not in wish:
            headers["PaymentRequestToken"] = f"token{name[-16:]}"
        return 201, None, headers

    def cancel(self, name, question):
        if name not in self.payments:
            raise Refusal(404)
        if question.json() != [{"op": "replace", "path": "/status", "value": "cancelled"}]:
            raise Refusal(400)
        if self.payments[name]["status"] != "CREATED":
            raise Refusal(422, [fault("RP08", "The payment request can not be cancelled")])
        self.payments[name]["status"] = "CANCELLED"
        return 200, self.payments[name], {}

    def give_back(self, name, question):
        self.named(name)
        wish, faults = question.json(), []
        paid = [it for it in self.payments.values() if it["paymentReference"] == wish.get("originalPaymentReference")]
        if not paid or paid[0]["status"] != "PAID":
            raise Refusal(422, [fault("RF02", "Original payment not found")])
        if wish.get("payerAlias") != PAYEE:
            raise Refusal(422, [fault("RF03", "The payer is not the payee of the original payment")])
        amount = amount_of(wish, faults)
        if faults:
            raise Refusal(422, faults)
        if name not in self.refunds:
            given = sum(Decimal(str(it["amount"])) for it in self.refunds.values()
                        if it["originalPaymentReference"] == wish["originalPaymentReference"] and it["status"] != "ERROR")
            if given + amount > Decimal(str(paid[0]["amount"])):
                raise Refusal(422, [fault("RF08", "Amount value is not valid or refund amount is greater than the original")])
            self.refunds[name] = {
                "id": name,
                "originalPaymentReference": wish["originalPaymentReference"],
                "paymentReference": None,
                "amount": float(amount),
                "currency": "SEK",
                "status": "CREATED",
                "errorCode": None,
                "errorMessage": None,
            }
        return 201, None, {"Location": f"https://localhost/swish-cpcapi/api/v1/refunds/{name}"}

    def outside(self, told):
        kept = self.payments.get(told["id"]) or self.refunds[told["id"]]
        kept["status"] = told["status"]
        kept["errorCode"] = told.get("code")
        # A provider that is wrong about the amount is one that somebody has to look at.
        kept["amount"] = told.get("amount", kept["amount"])
        kept["currency"] = told.get("currency", kept["currency"])
        if told["status"] == "PAID":
            kept["paymentReference"] = f"REF{told['id'][-29:]}"
            kept["datePaid"] = "2026-11-22T08:01:00.000+0000"
        say(event="callback", body=kept)


serve(Swish())
