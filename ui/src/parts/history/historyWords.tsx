// What an event tells, in the words the rest of the screen uses.
import { writtenPhone } from "../../i18n/phone";
import { LANGUAGE_NAMES, type Text, useText } from "../../i18n/text";
import { written } from "./differences";
import { RECORD_FIELDS, useRecordName } from "./recordName";

/** Families of words for fields whose values are codes. */
const CODED: Readonly<Record<string, string>> = {
  kind: "unit.kind",
  country: "country",
  colour: "colour",
  role: "role",
};

/** What a field is called; one within a block is called after both. */
export function fieldWords(path: string, { word }: Text): string {
  return path
    .split(".")
    .map((name) => word("auditField", name))
    .join(" · ");
}

/** A value of the log as it is written elsewhere on screen; what is no word of ours stands as it was. */
export function valueWords(path: string, value: unknown, { t, word, format, language }: Text): string {
  const text = written(value);
  if (text === "") return "";
  if (value === true || text === "true") return t("filter.yes");
  if (value === false || text === "false") return t("filter.no");
  const field = path.split(".").at(-1) ?? path;
  if (field === "language") return (LANGUAGE_NAMES as Record<string, string>)[text] ?? text;
  if (field === "phone") return writtenPhone(text, language);
  if (field === "reach") return word("network", `${text}.title`);
  const family = CODED[field];
  if (family) return word(family, text);
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return format.date(text);
  return /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(text) ? format.dateTime(text) : text;
}

/** A value of the log on screen: records by their names, as far as these are known. */
export function Value({ path, value }: { path: string; value: unknown }) {
  const text = useText();
  const kind = RECORD_FIELDS[path.split(".").at(-1) ?? path];
  const id = kind && typeof value === "string" && value !== "" ? value : undefined;
  const name = useRecordName(kind, id);
  if (id) return name ?? text.t("history.unnamed");
  return valueWords(path, value, text) || "–";
}

/** Actions whose reason is a code of ours, beside those of tasks; on all others it is what somebody wrote. */
const CODED_REASONS = /^setting\.|^import\.(committed|file_destroyed)$/;

/** Why, in words. */
export function reasonWords(
  { action, reason }: { action: string; reason?: string | null },
  { word }: Text,
): string {
  if (!reason) return "";
  if (action.startsWith("job.")) return word("job", reason, "job.other");
  return CODED_REASONS.test(action) ? word("reason", reason.replaceAll(" ", "_")) : reason;
}

/** From where, in words: through a page, the window of the desktop, or the product itself. */
export function originWords(origin: string | null | undefined, { word, t }: Text): string {
  const [, channel = "", address] = /^(web|desktop|api|app) (\S+)$/.exec(origin ?? "") ?? [
    undefined,
    origin ?? "",
  ];
  if (!channel) return "";
  const through = word("origin", channel.replaceAll(" ", "_"));
  if (!address) return through;
  const here = /^(127\.|::1$)/.test(address);
  return here ? t("origin.here", { through }) : t("origin.at", { through, address });
}
