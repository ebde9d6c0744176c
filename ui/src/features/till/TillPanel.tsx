import { Button } from "@mantine/core";
import { IconCash, IconCashMove, IconFileTypePdf, IconLock } from "@tabler/icons-react";
import { useState } from "react";
import { api } from "../../api/query";
import type { OpenTill, TillEntry } from "../../api/views";
import { useText } from "../../i18n/text";
import { DetailPanel } from "../../parts/DetailPanel";
import { ExportMenu, queryOf } from "../../parts/ExportMenu";
import { Facts } from "../../parts/Facts";
import { RecordHistory } from "../../parts/history/RecordHistory";
import { LoadingPanel } from "../../parts/LoadingPanel";
import { Section } from "../../parts/Section";
import { useOpenFile } from "../../parts/useOpenFile";
import { CloseTillDialog } from "./CloseTillDialog";
import { PayOutDialog } from "./PayOutDialog";
import { TakeBackAtTillDialog } from "./TakeBackAtTillDialog";
import { TillBadge } from "./TillBadge";
import { TillEntries } from "./TillEntries";
import { TillVat } from "./TillVat";

/** One till: what it adds up to, what was taken in it and paid out of it, and its report. */
export function TillPanel({ id, onTake, onClose }: { id: string; onTake: () => void; onClose: () => void }) {
  const { t, format } = useText();
  const query = api.useQuery("get", "/tills/{id}", { params: { path: { id } } });
  const openFile = useOpenFile();
  const [closing, setClosing] = useState(false);
  const [payingOut, setPayingOut] = useState(false);
  const [taking, setTaking] = useState<TillEntry>();
  const till = query.data;
  if (!till) return <LoadingPanel query={query} onClose={onClose} />;
  return (
    <DetailPanel
      title={till.number ? t("till.titled", { number: till.number }) : t("till.titledOpen")}
      badges={<TillBadge closed={till.closedAt != null} />}
      subtitle={[till.clerk, format.dateTime(till.openedAt)].filter(Boolean).join(" · ")}
      onClose={onClose}
      actions={
        <>
          {till.mayEnter && (
            <Button title="Ctrl+N" leftSection={<IconCash size={16} />} onClick={onTake}>
              {t("till.take")}
            </Button>
          )}
          {till.mayEnter && (
            <Button
              variant="default"
              leftSection={<IconCashMove size={16} />}
              onClick={() => setPayingOut(true)}
            >
              {t("till.payOut")}
            </Button>
          )}
          {till.mayClose && (
            <Button variant="default" leftSection={<IconLock size={16} />} onClick={() => setClosing(true)}>
              {t("till.close")}
            </Button>
          )}
          <Button
            variant="default"
            leftSection={<IconFileTypePdf size={16} />}
            onClick={() => void openFile(`/tills/${till.id}/report`)}
          >
            {t("till.report")}
          </Button>
          <ExportMenu table="till" address={(wanted) => `/exports/tills/${till.id}?${queryOf(wanted)}`} />
        </>
      }
    >
      <Sums till={till} />
      <Section title={t("till.entries")}>
        <TillEntries till={till} onTakeBack={setTaking} />
      </Section>
      <RecordHistory id={till.id} />
      {payingOut && <PayOutDialog till={till} onClose={() => setPayingOut(false)} />}
      {closing && <CloseTillDialog till={till} onClose={() => setClosing(false)} />}
      {taking && <TakeBackAtTillDialog till={till} entry={taking} onClose={() => setTaking(undefined)} />}
    </DetailPanel>
  );
}

function Sums({ till }: { till: OpenTill }) {
  const { t, format } = useText();
  const { sums } = till;
  const money = ({ minor, currency }: OpenTill["opening"]) => format.money(minor, currency);
  const less = ({ minor, currency }: OpenTill["opening"]) => format.money(-minor, currency);
  const count = sums.taken + sums.takenBack + sums.paidOut + sums.cameBack + sums.missed;
  return (
    <>
      <Facts
        rows={[
          [t("till.clerk"), till.clerk],
          [t("till.openedAt"), format.dateTime(till.openedAt)],
          till.closedAt ? [t("till.closedAt"), format.dateTime(till.closedAt)] : undefined,
          till.closedBy && till.closedBy !== till.clerk ? [t("till.closedBy"), till.closedBy] : undefined,
          [
            t("till.receipts"),
            sums.firstReceipt && sums.firstReceipt !== sums.lastReceipt
              ? t("till.receiptsFrom", {
                  count: String(count),
                  first: sums.firstReceipt,
                  last: sums.lastReceipt ?? "",
                })
              : [String(count), sums.firstReceipt && `(${sums.firstReceipt})`].filter(Boolean).join(" "),
          ],
          [t("till.opening"), money(till.opening)],
          [t("till.cashIn"), money(sums.cashIn)],
          sums.cashBack.minor > 0 && [t("till.cashBack"), less(sums.cashBack)],
          sums.cashOut.minor > 0 && [t("till.cashOut"), less(sums.cashOut)],
          sums.cashOutBack.minor > 0 && [t("till.cashOutBack"), money(sums.cashOutBack)],
          [t("till.expected"), <strong key="expected">{money(sums.expected)}</strong>],
          till.counted ? [t("till.counted"), money(till.counted)] : undefined,
          till.difference ? [t("till.difference"), money(till.difference)] : undefined,
          till.reason ? [t("till.reason"), till.reason] : undefined,
          [t("till.cardIn"), money(sums.cardIn)],
          sums.cardBack.minor > 0 && [t("till.cardBack"), less(sums.cardBack)],
          sums.missed > 0 && [t("till.neverCame"), less(sums.neverCame)],
          [t("till.toInvoices"), money(sums.toInvoices)],
          [t("till.toPrepaid"), money(sums.toPrepaid)],
          sums.rounding.minor !== 0 && [t("till.rounding"), money(sums.rounding)],
        ]}
      />
      <TillVat till={till} />
    </>
  );
}
