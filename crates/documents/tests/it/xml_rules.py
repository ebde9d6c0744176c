"""Judges XML by what its authors have published, with programs that share no code with ours.

The words of the call: a folder of schemas, or nothing; a folder of compiled Schematron rules, or nothing; and then the
files. An XSD file stands for itself, a zip for what is in it. Prints a list in JSON, one object a file.
"""

import json
import sys
import tempfile
import zipfile
from pathlib import Path

from lxml import etree

SVRL = "{http://purl.oclc.org/dsdl/svrl}"
SET = "{http://difi.no/xsd/vefa/validator/1.0}"
CASES = f"{SET}test"


def schemas(place):
    """The schema for each root element."""
    if not place:
        return {}
    path = Path(place)
    if path.suffix == ".xsd":
        return {None: etree.XMLSchema(etree.parse(str(path)))}
    folder = Path(tempfile.mkdtemp())
    zipfile.ZipFile(path).extractall(folder)
    names = {"Invoice": "UBL-Invoice-2.1.xsd", "CreditNote": "UBL-CreditNote-2.1.xsd"}
    return {root: etree.XMLSchema(etree.parse(str(folder / "maindoc" / name))) for root, name in names.items()}


def by_schema(known, tree):
    schema = known.get(None) or known.get(etree.QName(tree.getroot()).localname)
    if schema is None:
        return []
    schema.validate(tree)
    return [f"{error.line}: {error.message}" for error in schema.error_log]


class Rules:
    """Compiled Schematron; nothing where there is no folder."""

    def __init__(self, place):
        self.sheets = []
        found = sorted(Path(place).glob("*.xslt")) if place else []
        if not found:
            return
        from saxonche import PySaxonProcessor

        self.saxon = PySaxonProcessor(license=False)
        processor = self.saxon.new_xslt30_processor()
        self.sheets = [processor.compile_stylesheet(stylesheet_file=str(name)) for name in found]

    def fired(self, text):
        found = []
        for sheet in self.sheets:
            report = sheet.transform_to_string(xdm_node=self.saxon.parse_xml(xml_text=text))
            for failed in etree.fromstring(report.encode()).iter(f"{SVRL}failed-assert"):
                found.append({"rule": failed.get("id"), "flag": failed.get("flag")})
        return found


def cases(rules, tree):
    """What a published set of tests says must come of each of its documents, and did not."""
    wrong = []
    for number, test in enumerate(tree.getroot().iter(CASES)):
        document = next(node for node in test if isinstance(node.tag, str) and not node.tag.startswith(SET))
        fired = {(found["rule"], found["flag"]) for found in rules.fired(etree.tostring(document, encoding="unicode"))}
        for said in test.find(f"{SET}assert"):
            if not isinstance(said.tag, str) or not said.text:
                continue
            kind, rule = etree.QName(said).localname, said.text.strip()
            flag = {"error": "fatal", "warning": "warning"}.get(kind)
            if flag and (rule, flag) not in fired or kind == "success" and any(rule == id for id, _ in fired):
                wrong.append(f"{number}: {kind} {rule}")
    return wrong


def main():
    schema, rules = schemas(sys.argv[1]), Rules(sys.argv[2])
    judged = []
    for name in sys.argv[3:]:
        tree = etree.parse(name)
        said = {"file": Path(name).name, "rules": len(rules.sheets)}
        if tree.getroot().tag == f"{SET}testSet":
            said["cases"], said["wrong"] = len(list(tree.getroot().iter(CASES))), cases(rules, tree)
        else:
            said["schema"] = by_schema(schema, tree)
            said["fired"] = rules.fired(Path(name).read_text(encoding="utf-8"))
        judged.append(said)
    print(json.dumps(judged))


main()
