"""Reads a SAF-T file with a program that shares no code with ours: what its schema says against it, and what each account
had, has and was moved on it, in hundredths. The words of the call: the schema, or nothing, and the file."""

import json
import sys
from decimal import Decimal

from lxml import etree

tree = etree.parse(sys.argv[2])
space = {"s": etree.QName(tree.getroot()).namespace}


def minor(node, name):
    found = node.findtext(f"s:{name}", namespaces=space)
    return int(Decimal(found) * 100) if found else 0


accounts = {}
for account in tree.iterfind(".//s:GeneralLedgerAccounts/s:Account", space):
    accounts[account.findtext("s:AccountID", namespaces=space)] = {
        "before": minor(account, "OpeningDebitBalance") - minor(account, "OpeningCreditBalance"),
        "after": minor(account, "ClosingDebitBalance") - minor(account, "ClosingCreditBalance"),
        "moved": 0,
    }
for line in tree.iterfind(".//s:GeneralLedgerEntries//s:Line", space):
    moved = sum(
        sign * int(Decimal(amount.text) * 100)
        for sign, side in ((1, "DebitAmount"), (-1, "CreditAmount"))
        for amount in line.iterfind(f"s:{side}/s:Amount", space)
    )
    accounts[line.findtext("s:AccountID", namespaces=space)]["moved"] += moved

against = []
if sys.argv[1]:
    schema = etree.XMLSchema(etree.parse(sys.argv[1]))
    schema.validate(tree)
    against = [f"{error.line}: {error.message}" for error in schema.error_log]
json.dump({"schema": against, "accounts": accounts}, sys.stdout)
