"""A double of Payson Checkout 2.0 and Recurring Payments: what is kept is changed by putting all of it back, and notices have no
signature."""

import base64
import json
import uuid
from decimal import Decimal

from serving import Refusal, say, serve

WHO = "Basic " + base64.b64encode(b"4:2acab30d-fe50-426f-90d7-8c60a7eb31d4").decode()
PER_PAGE = 10
HUNDREDTH = Decimal("0.01")
NOW = "2026-11-22T08:00:00"
STEPS = ("created", "readyToPay", "readyToShip", "shipped", "paidToAccount", "canceled", "expired", "denied")
# What each kind is called in the address of news of it.
NEWS = {"Checkouts": "checkout", "RecurringSubscriptions": "subscription", "RecurringPayments": "payment"}


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
        item.setdefault("creditedAmount", "0.00")
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
        self.kept = {"Checkouts": {}, "RecurringSubscriptions": {}, "RecurringPayments": {}}
        self.recurs = True
        # Cards of which the bank says no.
        self.denied = set()

    def answer(self, question):
        if question.headers.get("authorization") != WHO:
            raise Refusal(401)
        parts = question.path.removeprefix("/2.0/").split("/")
        begin = {
            "Checkouts": self.begin,
            "RecurringSubscriptions": self.subscribe,
            "RecurringPayments": self.charge,
        }
        change = {
            "Checkouts": self.change,
            "RecurringSubscriptions": self.change_subscription,
            "RecurringPayments": self.change,
        }
        match question.method, parts:
            case "GET", ["Accounts"]:
                account = {"accountEmail": "test@example.com", "status": "Approved", "merchantId": 4}
                return 200, account | {"enabledForRecurringPayments": self.recurs}, {}
            case "POST", [place] if place in begin:
                return begin[place](question)
            case "GET", [place] if place in self.kept:
                return self.listed(place, question)
            case "GET", [place, name] if place in self.kept:
                return self.shown(self.known(place, name))
            case "PUT", [place, name] if place in change:
                return change[place](self.known(place, name), question)
        raise Refusal(404)

    def known(self, place, name):
        if name not in self.kept[place]:
            raise Refusal(404)
        return self.kept[place][name]

    def shown(self, it):
        return 200, written(it).encode(), {}

    def listed(self, place, question):
        kept = self.kept[place]
        page = int(dict(part.split("=") for part in question.query.split("&")).get("page", 1))
        young = list(reversed(kept.values()))[(page - 1) * PER_PAGE:page * PER_PAGE]
        return 200, written({"data": young, "count": len(kept)}).encode(), {}

    def keep(self, place, it):
        name = str(uuid.uuid4())
        # Which steps a subscription tells of is not published.
        steps = {} if place == "RecurringSubscriptions" else dict.fromkeys(STEPS)
        self.kept[place][name] = {"id": name} | it | {"history": steps | {"created": NOW}}
        self.stand(self.kept[place][name], it["status"])
        return name, (201, None, {"Location": f"https://localhost/2.0/{place}/{name}"})

    def addressed(self, wish):
        for name in ("checkoutUri", "confirmationUri", "notificationUri", "termsUri"):
            if not 9 <= len(wish.get("merchant", {}).get(name, "")) <= 2000:
                raise invalid(**{f"Merchant__{name[0].upper()}{name[1:]}": "is missing"})

    def ordered(self, order, currencies):
        if order.get("currency") not in currencies:
            raise invalid(Order__Currency=f"must be {' or '.join(currencies)}")
        if not order.get("items") or any(not item.get("name") for item in order["items"]):
            raise invalid(Order__Items="must have names")
        if any(not 0 <= Decimal(str(item["taxRate"])) < 1 for item in order["items"]):
            raise invalid(Order__Items__TaxRate="must be a fraction")
        counted(order)
        if order["totalPriceIncludingTax"] < 4:
            raise invalid(Order__Items="must be at least 4")
        return self.exact(order)

    def begin(self, question):
        wish = question.json()
        self.addressed(wish)
        name, answer = self.keep("Checkouts", {
            "status": "created",
            "merchant": wish["merchant"],
            "order": self.ordered(wish.get("order", {}), ("sek", "eur")),
            "customer": wish.get("customer", {}),
            "gui": wish.get("gui", {}),
            "expirationTime": wish.get("expirationTime"),
        })
        self.frame("Checkouts", name)
        return answer

    def frame(self, place, name):
        address = f"https://test-api.payson.se/embedded/checkout?id={name}"
        self.kept[place][name]["snippet"] = f"<div id='paysonContainer' url='{address}'></div>"

    def subscribe(self, question):
        wish = question.json()
        if not self.recurs:
            raise invalid(Account="is not enabled for recurring payments")
        self.addressed(wish)
        if wish.get("agreement", {}).get("currency") != "sek":
            raise invalid(Agreement__Currency="must be sek")
        name, answer = self.keep("RecurringSubscriptions", {
            "status": "created",
            "merchant": wish["merchant"],
            "agreement": wish["agreement"],
            "customer": wish.get("customer", {}),
            "gui": wish.get("gui", {}),
        })
        self.frame("RecurringSubscriptions", name)
        return answer

    def charge(self, question):
        wish = question.json()
        if not wish.get("notificationUri"):
            raise invalid(NotificationUri="is missing")
        subscription = self.kept["RecurringSubscriptions"].get(wish.get("subscriptionId"))
        if not subscription or subscription["status"] != "customerSubscribed":
            raise invalid(SubscriptionId="is no subscription that may be charged")
        _, answer = self.keep("RecurringPayments", {
            "status": "denied" if subscription["id"] in self.denied else "readyToShip",
            "subscriptionId": subscription["id"],
            "purchaseId": 1_000_000 + len(self.kept["RecurringPayments"]),
            "notificationUri": wish["notificationUri"],
            "merchant": wish.get("merchant", {}),
            "order": self.ordered(wish.get("order", {}), ("sek",)),
            "customer": subscription["customer"],
        })
        return answer

    def stand(self, it, status):
        it["status"] = status
        it["history"][status] = NOW

    def exact(self, order):
        for item in order["items"]:
            for field in ("unitPrice", "taxRate", "creditedAmount", "totalPriceIncludingTax"):
                if field in item:
                    item[field] = Decimal(str(item[field]))
        return order

    def whole(self, before, wish):
        # All of it has to come back: what is missing would be taken away.
        if set(before) - set(wish) - {"history"}:
            raise invalid(Object="must be whole")

    def change(self, checkout, question):
        wish = question.json()
        self.whole(checkout, wish)
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
        checkout["order"] = self.exact(order)
        if after != before:
            self.stand(checkout, after)
        return self.shown(checkout)

    def change_subscription(self, subscription, question):
        wish = question.json()
        self.whole(subscription, wish)
        before, after = subscription["status"], wish["status"]
        open_ones = ("none", "created", "awaitingSubscription", "customerSubscribed")
        if after != before and (after != "canceled" or before not in open_ones):
            raise invalid(Status=f"cannot become {after} from {before}")
        self.stand(subscription, after)
        return self.shown(subscription)

    def outside(self, told):
        if "recurs" in told:
            self.recurs = told["recurs"]
            return
        if "denies" in told:
            self.denied.add(told["denies"])
            return
        if "counts" in told:
            say(event="counted", counts={place: len(kept) for place, kept in self.kept.items()})
            return
        if "last" in told:
            say(event="last", id=list(self.kept[told["last"]])[-1])
            return
        place, named = next((place, named) for place, named in NEWS.items() if told["id"] in self.kept[place])
        it = self.kept[place][told["id"]]
        self.stand(it, told["status"])
        if "termsUri" in it["merchant"]:
            say(event="terms", shown=it["merchant"]["termsUri"])
        say(event="callback", target=f"/api/v1/callbacks/payments/payson?{named}={told['id']}", text="", headers={})


serve(Payson())
