"""A double of Payson Checkout 2.0: checkouts that are changed by putting all of them back, and notices without a signature."""

import base64
import json
import uuid
from decimal import Decimal

from serving import Refusal, say, serve

WHO = "Basic " + base64.b64encode(b"4:2acab30d-fe50-426f-90d7-8c60a7eb31d4").decode()
PER_PAGE = 10
HUNDREDTH = Decimal("0.01")


def invalid(**faults):
    errors = [{"property": name.replace("__", "."), "message": words} for name, words in faults.items()]
    return Refusal(400, {"code": 400, "message": "Validation failed", "errors": errors})


def counted(order):
    """The sums of an order, as Payson writes them."""
    net = gross = credited = Decimal(0)
    for item in order["items"]:
        total = Decimal(str(item["unitPrice"])) * Decimal(str(item["quantity"]))
        gross += total
        net += total / (1 + Decimal(str(item["taxRate"])))
        credited += Decimal(str(item.get("creditedAmount", 0)))
        if Decimal(str(item.get("creditedAmount", 0))) > total:
            raise invalid(Order__Items__CreditedAmount="is more than the price")
        item["totalPriceIncludingTax"] = str(total.quantize(HUNDREDTH))
        item.setdefault("itemId", str(uuid.uuid4()))
    order["totalPriceIncludingTax"] = gross.quantize(HUNDREDTH)
    order["totalPriceExcludingTax"] = net.quantize(HUNDREDTH)
    order["totalTaxAmount"] = (gross - net).quantize(HUNDREDTH)
    order["totalCreditedAmount"] = credited.quantize(HUNDREDTH)


def written(value):
    """JSON with its decimals as numbers, which Python would write as texts or floats."""
    match value:
        case dict():
            return "{" + ",".join(f'"{name}":{written(each)}' for name, each in value.items()) + "}"
        case list():
            return "[" + ",".join(map(written, value)) + "]"
        case Decimal():
            return str(value)
        case bool():
            return "true" if value else "false"
        case None:
            return "null"
        case int():
            return str(value)
    return json.dumps(value)


class Payson:
    def __init__(self):
        self.checkouts = {}

    def answer(self, question):
        if question.headers.get("authorization") != WHO:
            raise Refusal(401)
        parts = question.path.removeprefix("/2.0/").split("/")
        match question.method, parts:
            case "GET", ["Accounts"]:
                account = {"accountEmail": "test@example.com", "status": "Approved", "merchantId": 4}
                return 200, account, {}
            case "POST", ["Checkouts"]:
                return self.begin(question)
            case "GET", ["Checkouts"]:
                return self.listed(question)
            case "GET", ["Checkouts", name]:
                return self.shown(self.known(name))
            case "PUT", ["Checkouts", name]:
                return self.change(self.known(name), question)
        raise Refusal(404)

    def known(self, name):
        if name not in self.checkouts:
            raise Refusal(404)
        return self.checkouts[name]

    def shown(self, checkout):
        return 200, written(checkout).encode(), {}

    def listed(self, question):
        page = int(dict(part.split("=") for part in question.query.split("&")).get("page", 1))
        young = list(reversed(self.checkouts.values()))[(page - 1) * PER_PAGE:page * PER_PAGE]
        return 200, written({"data": young, "count": len(self.checkouts)}).encode(), {}

    def begin(self, question):
        wish = question.json()
        for name in ("checkoutUri", "confirmationUri", "notificationUri", "termsUri"):
            if not 9 <= len(wish.get("merchant", {}).get(name, "")) <= 2000:
                raise invalid(**{f"Merchant__{name[0].upper()}{name[1:]}": "is missing"})
        order = wish.get("order", {})
        if order.get("currency") not in ("sek", "eur"):
            raise invalid(Order__Currency="must be sek or eur")
        if not order.get("items") or any(not item.get("name") for item in order["items"]):
            raise invalid(Order__Items="must have names")
        if any(not 0 <= Decimal(str(item["taxRate"])) < 1 for item in order["items"]):
            raise invalid(Order__Items__TaxRate="must be a fraction")
        counted(order)
        if order["totalPriceIncludingTax"] < 4:
            raise invalid(Order__Items="must be at least 4")
        name = str(uuid.uuid4())
        self.checkouts[name] = {
            "id": name,
            "status": "created",
            "merchant": wish["merchant"],
            "order": self.exact(order),
            "customer": wish.get("customer", {}),
            "gui": wish.get("gui", {}),
            "snippet": f"<div id='paysonContainer' url='https://test-api.payson.se/embedded/checkout?id={name}'></div>",
            "expirationTime": wish.get("expirationTime"),
            "history": {"created": "2026-11-22T08:00:00"},
        }
        return 201, None, {"Location": f"https://localhost/2.0/Checkouts/{name}"}

    def exact(self, order):
        for item in order["items"]:
            for field in ("unitPrice", "taxRate", "creditedAmount", "totalPriceIncludingTax"):
                if field in item:
                    item[field] = Decimal(str(item[field]))
        return order

    def change(self, checkout, question):
        wish = question.json()
        # All of it has to come back: what is missing would be taken away.
        if set(checkout) - set(wish) - {"history"}:
            raise invalid(Checkout="must be whole")
        for item, before in zip(wish["order"]["items"], checkout["order"]["items"], strict=True):
            if item.get("itemId") != before["itemId"]:
                raise invalid(Order__Items__ItemId="is another one")
        steps = {
            "created": ("canceled",),
            "readyToPay": ("canceled",),
            "readyToShip": ("shipped", "canceled"),
        }
        before, after = checkout["status"], wish["status"]
        if after != before and after not in steps.get(before, ()):
            raise invalid(Status=f"cannot become {after} from {before}")
        credited = any(Decimal(str(item.get("creditedAmount", 0))) > 0 for item in wish["order"]["items"])
        if credited and after not in ("shipped", "paidToAccount"):
            raise invalid(Order__Items__CreditedAmount="only after it was shipped")
        order = wish["order"]
        counted(order)
        checkout["order"], checkout["status"] = self.exact(order), after
        return self.shown(checkout)

    def outside(self, told):
        checkout = self.checkouts[told["id"]]
        checkout["status"] = told["status"]
        say(event="terms", shown=checkout["merchant"]["termsUri"])
        say(event="callback", target=f"/api/v1/callbacks/payments/payson?checkout={told['id']}", text="", headers={})


serve(Payson())
