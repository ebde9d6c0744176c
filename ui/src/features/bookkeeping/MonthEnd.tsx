import { Alert, Button, Group, Text } from "@mantine/core";
import { IconCircleCheck, IconCircleDashed, IconFileZip, IconLock, IconLockOpen } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { fetchFile } from "../../api/client";
import { api } from "../../api/query";
import type { Closing, Organisation } from "../../api/views";
import { useText } from "../../i18n/text";
import { Card } from "../../parts/Card";
import { ConsentDialog } from "../../parts/ConsentDialog";
import { EInvoices } from "../../parts/EInvoices";
import { showProblem } from "../../parts/ErrorNotice";
import { queryOf } from "../../parts/ExportMenu";
import { Loaded } from "../../parts/Loaded";
import { useMonthName } from "../../parts/useMonthName";
import { useHost } from "../../shell/Providers";
import classes from "./Bookkeeping.module.css";

/** Where each open matter is mended. */
const PLACES: Record<string, { to: string; search?: Record<string, string> }> = {
  judging: { to: "/sessions" },
  sessions: { to: "/month-runs" },
  drafts: { to: "/documents", search: { where: "state:is:draft" } },
  payments: { to: "/incoming-payments" },
  concerns: { to: "/payments" },
  messages: { to: "/notices" },
  ledger: { to: "/accounts" },
};

/** The first and the last day of a month such as `2026-11`. */
function daysOf(month: string): { from: string; to: string } {
  const [year = 0, number = 1] = month.split("-").map(Number);
  const last = new Date(Date.UTC(year, number, 0)).getUTCDate();
  return { from: `${month}-01`, to: `${month}-${last}` };
}

/** What is still open of a month, and its lock, with what the accountant gets of it. */
export function MonthEnd({ organisation, month }: { organisation: Organisation; month: string }) {
  const { t } = useText();
  const monthName = useMonthName();
  const of = { organisationId: organisation.id, month };
  const query = api.useQuery("get", "/bookkeeping/closing", { params: { query: of } });
  return (
    <Card title={t("closing.title", { month: monthName(month) })}>
      <Loaded query={query}>{(closing) => <Known closing={closing} of={of} />}</Loaded>
    </Card>
  );
}

function Known({ closing, of }: { closing: Closing; of: { organisationId: string; month: string } }) {
  const text = useText();
  const { t, format, word } = text;
  const monthName = useMonthName();
  const host = useHost();
  const lock = api.useMutation("put", "/bookkeeping/closing");
  const unlock = api.useMutation("delete", "/bookkeeping/closing");
  const [asked, setAsked] = useState<"lock" | "unlock">();
  const month = monthName(of.month);
  const open = closing.open.filter(({ count }) => count > 0).length;
  const save = async () => {
    try {
      const { name, blob } = await fetchFile(`/bookkeeping/closing/file?${queryOf(of)}`);
      await host.saveFile(name, blob);
    } catch (error) {
      showProblem(error, text);
    }
  };
  return (
    <>
      {closing.isLocked ? (
        <Alert color="gray" icon={<IconLock />}>
          {closing.lockedAt
            ? t("closing.lockedAt", { at: format.dateTime(closing.lockedAt) })
            : t("closing.lockedBefore")}
        </Alert>
      ) : (
        <ul className={classes.open}>
          {closing.open.map(({ what, count }) => (
            <li key={what}>
              {count === 0 ? <IconCircleCheck size={18} /> : <IconCircleDashed size={18} />}
              <span>{t(`closing.open.${what}` as never, { count })}</span>
              {count > 0 && (
                <Link to={PLACES[what]?.to ?? "/"} search={(PLACES[what]?.search ?? {}) as never}>
                  {t("closing.show")}
                </Link>
              )}
            </li>
          ))}
        </ul>
      )}
      {closing.digest && (
        <Text size="xs" className={classes.digest}>
          SHA-256 {closing.digest}
        </Text>
      )}
      <Group gap="sm" mt="md">
        {closing.digest && (
          <Button leftSection={<IconFileZip size={16} />} onClick={() => void save()}>
            {t("closing.save")}
          </Button>
        )}
        <EInvoices query={{ organisationId: of.organisationId, ...daysOf(of.month) }} />
        {!closing.isLocked && (
          <Button
            leftSection={<IconLock size={16} />}
            disabled={Boolean(closing.obstacle)}
            title={closing.obstacle ? word("problem", closing.obstacle) : undefined}
            onClick={() => setAsked("lock")}
          >
            {t("closing.lock", { month })}
          </Button>
        )}
        {closing.isLast && (
          <Button
            variant="default"
            leftSection={<IconLockOpen size={16} />}
            onClick={() => setAsked("unlock")}
          >
            {t("closing.unlock", { month })}
          </Button>
        )}
      </Group>
      {!closing.isLocked && closing.obstacle && (
        <Text size="sm" mt="xs">
          {word("problem", closing.obstacle)}
        </Text>
      )}
      {asked === "lock" && (
        <ConsentDialog
          title={t("closing.lock", { month })}
          confirm={t("closing.lockNow")}
          onClose={() => setAsked(undefined)}
          onConfirm={() => lock.mutateAsync({ params: { query: of } })}
        >
          <p style={{ margin: 0 }}>
            {open > 0 && `${t("closing.stillOpen")} `}
            {t("closing.lockWords")}
          </p>
        </ConsentDialog>
      )}
      {asked === "unlock" && (
        <ConsentDialog
          title={t("closing.unlock", { month })}
          confirm={t("closing.unlockNow")}
          danger
          reason
          onClose={() => setAsked(undefined)}
          onConfirm={(reason) => unlock.mutateAsync({ params: { query: of }, body: { reason } })}
        >
          <p style={{ margin: 0 }}>{t("closing.unlockWords")}</p>
        </ConsentDialog>
      )}
    </>
  );
}
