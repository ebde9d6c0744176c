import { Button, Checkbox, Group, Radio, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { idempotent } from "../../api/client";
import { toProblem } from "../../api/problem";
import { api } from "../../api/query";
import type { OwedAtCounter, TillStanding } from "../../api/views";
import { useText } from "../../i18n/text";
import { ConsentDialog } from "../../parts/ConsentDialog";
import { ErrorNotice } from "../../parts/ErrorNotice";
import { PersonSelect } from "../../parts/PersonSelect";
import { topUpFault, useTopUpWords } from "../../parts/topUpRule";
import { minorOf, typedOf } from "../../parts/typedMoney";
import { said } from "../../parts/undo";
import { askedFor, isInCoins, splitOf, type TillMeans } from "./counterSums";
import classes from "./Till.module.css";

/** Somebody pays at the counter: who, by what means, which invoices, and how much. Enter takes it. */
export function TakePaymentDialog({
  tillId,
  currency,
  onClose,
  onTaken,
}: {
  tillId: string;
  currency: TillStanding["currency"];
  onClose: () => void;
  onTaken: () => void;
}) {
  const { t, format } = useText();
  const ruleInWords = useTopUpWords();
  const take = api.useMutation("post", "/tills/{id}/entries");
  const [key] = useState(() => crypto.randomUUID());
  const [personId, setPersonId] = useState("");
  const [means, setMeans] = useState<TillMeans>("cash");
  // What was typed of each invoice; of one that is not here, the first is paid whole and the others not at all.
  const [parts, setParts] = useState<Record<string, string | undefined>>({});
  const [typedAmount, setTypedAmount] = useState<string>();
  const [reference, setReference] = useState("");
  // Whoever may adjust the rule says so of the amount that stands there; a reason asked for by what is typed would come and
  // go, and take the keys from the amount.
  const [allTheSame, setAllTheSame] = useState(false);
  const retype = (next?: string) => {
    setTypedAmount(next);
    setAllTheSame(false);
  };
  const [mail, setMail] = useState(true);
  const owedBy = api.useQuery(
    "get",
    "/persons/{id}/owed-at-counter",
    { params: { path: { id: personId } } },
    { enabled: personId !== "" },
  );
  const failed: unknown = personId ? owedBy.error : undefined;
  const owed = personId ? (owedBy.data?.items ?? []) : [];
  const money = (minor: number) => format.money(minor, currency);
  const typedOn = (document: OwedAtCounter): string | undefined =>
    document.id in parts
      ? parts[document.id]
      : document.id === owed[0]?.id
        ? typedOf(document.open.minor)
        : undefined;
  const chosen = owed.flatMap((document) => {
    const typed = typedOn(document);
    return typed === undefined ? [] : [{ document, typed, minor: minorOf(typed) ?? 0 }];
  });
  const partsFit = chosen.every(({ document, minor }) => minor > 0 && minor <= document.open.minor);
  const shares = chosen.map(({ document, minor }) => ({ minor, open: document.open.minor }));
  const { asked, rounding } = askedFor(shares, means);
  const typed = typedAmount ?? (asked > 0 ? typedOf(asked) : "");
  const amount = minorOf(typed) ?? 0;
  const split = splitOf(amount, shares, means);
  // What is for no invoice is paid in advance, by the rule of the facility.
  const rule = personId && chosen.length === 0 ? owedBy.data?.rule : undefined;
  const refused = rule && topUpFault(rule, amount);
  // What was put in before that day is known to the host alone.
  const saidNo = take.error && take.variables.body.minor === amount ? toProblem(take.error).fields : {};
  const refusal = refused
    ? t(`topUp.fault.${refused}`)
    : rule && saidNo.minor === "top_up.above_day"
      ? t("field.top_up.above_day")
      : undefined;
  const mayAdjust = refusal !== undefined && owedBy.data?.mayAdjust === true;
  const adjusts = mayAdjust && allTheSame;
  const fault =
    amount <= 0
      ? t("till.amountFault")
      : means === "cash" && !isInCoins(amount)
        ? t("till.coinsFault")
        : !split
          ? t("till.tooLittle", { asked: money(asked) })
          : adjusts
            ? undefined
            : refusal;
  const choose = (id: string) => {
    setPersonId(id);
    setParts({});
    retype();
  };
  return (
    <ConsentDialog
      title={t("till.take")}
      confirm={amount > 0 ? `${t("till.take")} ${money(amount)}` : t("till.take")}
      size="lg"
      waiting={!personId || !owedBy.data || !partsFit || fault !== undefined}
      onClose={onClose}
      reason={adjusts}
      onConfirm={async (reason) => {
        const taken = await take.mutateAsync({
          params: { path: { id: tillId } },
          headers: idempotent(key),
          body: {
            personId,
            means,
            minor: amount,
            shares: chosen.map(({ document, minor }) => ({ documentId: document.id, minor })),
            terminalReference: means === "card" ? reference.trim() || null : null,
            reason: adjusts ? reason : null,
            mail: mail && owedBy.data?.hasEmail === true,
          },
        });
        said(t("till.took", { number: taken.entries.at(-1)?.number ?? "" }));
        onTaken();
      }}
    >
      <PersonSelect label={t("till.payer")} autoFocus value={personId} onChange={choose} />
      <Radio.Group
        label={t("till.meansTitle")}
        value={means}
        onChange={(value) => {
          setMeans(value === "card" ? "card" : "cash");
          retype();
        }}
      >
        <Group gap="md" mt={4}>
          <Radio value="cash" label={t("till.means.cash")} />
          <Radio value="card" label={t("till.means.card")} />
        </Group>
      </Radio.Group>
      {failed != null && <ErrorNotice error={failed} />}
      {personId && owedBy.data && (
        <fieldset className={classes.owed}>
          <legend>{t("till.owes")}</legend>
          {owedBy.data.prepaid.minor > 0 && (
            <p className={classes.line}>
              {t("till.hasPrepaid", { amount: money(owedBy.data.prepaid.minor) })}
            </p>
          )}
          {owed.length === 0 && <p className={classes.line}>{t("till.owesNothing")}</p>}
          <Stack gap="xs">
            {owed.map((document) => (
              <Owed
                key={document.id}
                document={document}
                typed={typedOn(document)}
                onType={(next) => {
                  setParts({ ...parts, [document.id]: next });
                  retype();
                }}
              />
            ))}
          </Stack>
        </fieldset>
      )}
      <TextInput
        label={t("till.amountIn", { currency })}
        description={rule && `${t("till.inAdvance")} ${ruleInWords(rule)}`}
        inputMode="decimal"
        required
        value={typed}
        onChange={(event) => retype(event.currentTarget.value)}
        error={personId && typed !== "" ? fault : undefined}
      />
      {mayAdjust && !adjusts && fault === refusal && (
        <Group>
          <Button variant="default" onClick={() => setAllTheSame(true)}>
            {t("till.allTheSame")}
          </Button>
        </Group>
      )}
      <div aria-live="polite" className={classes.goes}>
        {adjusts && amount > 0 && <span>{t("till.adjusts", { refusal })}</span>}
        {split && amount > 0 && (
          <>
            {split.toInvoices > 0 && <span>{t("till.goesTo", { amount: money(split.toInvoices) })}</span>}
            {split.rounding !== 0 && <span>{t("till.roundedBy", { amount: money(rounding) })}</span>}
            {split.kept > 0 && <span>{t("till.kept", { amount: money(split.kept) })}</span>}
          </>
        )}
      </div>
      {means === "card" && (
        <TextInput
          label={t("till.terminalReference")}
          maxLength={60}
          value={reference}
          onChange={(event) => setReference(event.currentTarget.value)}
        />
      )}
      {owedBy.data?.hasEmail === false ? (
        <p className={classes.line}>{t("till.noMail")}</p>
      ) : (
        <Checkbox
          label={t("till.mail")}
          checked={mail}
          onChange={(event) => setMail(event.currentTarget.checked)}
        />
      )}
    </ConsentDialog>
  );
}

/** An invoice that may be paid, whole or in part. */
function Owed({
  document,
  typed,
  onType,
}: {
  document: OwedAtCounter;
  typed: string | undefined;
  onType: (typed: string | undefined) => void;
}) {
  const { t, format } = useText();
  const open = format.money(document.open.minor, document.open.currency);
  const minor = typed === undefined ? undefined : minorOf(typed);
  const fits = typed === undefined || (minor !== undefined && minor > 0 && minor <= document.open.minor);
  return (
    <Group justify="space-between" align="flex-start" gap="sm">
      <Checkbox
        label={t(document.kind === "reminder" ? "till.reminder" : "till.invoice", {
          number: document.number,
          open,
        })}
        description={document.dueOn ? t("till.due", { date: format.date(document.dueOn) }) : undefined}
        checked={typed !== undefined}
        onChange={(event) => onType(event.currentTarget.checked ? typedOf(document.open.minor) : undefined)}
      />
      {typed !== undefined && (
        <TextInput
          aria-label={t("till.partOf", { number: document.number })}
          className={classes.part}
          inputMode="decimal"
          value={typed}
          onChange={(event) => onType(event.currentTarget.value)}
          error={fits ? undefined : t("till.partFault", { open })}
        />
      )}
    </Group>
  );
}
