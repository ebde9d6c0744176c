import { Button, Modal, Stack } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { api } from "../../api/query";
import type { Organisation } from "../../api/views";
import { useText } from "../../i18n/text";
import { Loaded } from "../../parts/Loaded";
import { useReasonWords } from "../../parts/payout/useReasonWords";
import { Section } from "../../parts/Section";
import { StateBadge } from "../../parts/StateBadge";
import { useFocusGivenBack } from "../../parts/useFocusGivenBack";
import { can, useMe } from "../../shell/session";
import classes from "./Payouts.module.css";
import { toneOf } from "./payoutStates";
import { useSavePayoutFile } from "./useSavePayoutFile";
import { useStatusWords } from "./useStatusWords";

/** The files to the bank, and those from it, each with who made or took it in and when. */
export function PayoutFilesDialog({
  organisation,
  onClose,
}: {
  organisation: Organisation;
  onClose: () => void;
}) {
  const { t, format } = useText();
  const me = useMe();
  useFocusGivenBack();
  const save = useSavePayoutFile();
  const reason = useReasonWords();
  const stand = useStatusWords();
  const params = { query: { organisationId: organisation.id } };
  const files = api.useQuery("get", "/payout-files", { params });
  const told = api.useQuery("get", "/payout-statuses", { params });
  const by = (at: string, name: string | null | undefined) =>
    t("incoming.takenBy", { at: format.dateTime(at), name: name ?? t("incoming.somebody") });
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("payoutFile.files")}
      size="xl"
      closeButtonProps={{ "aria-label": t("action.close") }}
    >
      <Stack>
        <Section title={t("payoutFile.toBank")}>
          <Loaded query={files}>
            {({ items }) =>
              items.length === 0 ? (
                <p className={classes.line}>{t("payoutFile.none")}</p>
              ) : (
                <ul className={classes.list}>
                  {items.map((file) => (
                    <li key={file.id}>
                      <span>
                        {file.name}
                        <span className={classes.detail}>
                          {t("payoutFile.sum", {
                            count: file.count,
                            sum: format.money(file.sum.minor, file.sum.currency),
                          })}
                          {" · "}
                          {t("payoutFile.executeOn", { on: format.date(file.executeOn) })}
                        </span>
                        <span className={classes.detail}>{by(file.madeAt, file.madeBy)}</span>
                        <span className={classes.detail}>SHA-256 {file.sha256}</span>
                      </span>
                      <span>
                        <StateBadge tone={file.sentAt ? "good" : "warn"}>
                          {file.sentAt
                            ? t("payoutFile.sent", { at: format.dateTime(file.sentAt) })
                            : t("payoutFile.notSent")}
                        </StateBadge>
                        {can(me, "take_payment") && (
                          <Button
                            ml="xs"
                            size="compact-sm"
                            variant="default"
                            leftSection={<IconDownload size={14} />}
                            onClick={() => void save(file.id)}
                          >
                            {t("payoutFile.fetch")}
                          </Button>
                        )}
                      </span>
                    </li>
                  ))}
                </ul>
              )
            }
          </Loaded>
        </Section>
        <Section title={t("payoutFile.fromBank")}>
          <Loaded query={told}>
            {({ items }) =>
              items.length === 0 ? (
                <p className={classes.line}>{t("payoutStatus.none")}</p>
              ) : (
                <ul className={classes.list}>
                  {items.map((file) => (
                    <li key={file.id}>
                      <span>
                        {file.name}
                        <span className={classes.detail}>{by(file.takenAt, file.takenBy)}</span>
                        {file.statuses.map((status) => (
                          <span key={`${status.line}${status.endToEndId}`} className={classes.detail}>
                            {status.endToEndId} · {stand(status.statusCode)}{" "}
                            {status.reasonCode && reason(status.reasonCode, status.words)}{" "}
                            <StateBadge tone={toneOf(status)}>
                              {t(`payoutStatus.outcome.${status.outcome}`)}
                            </StateBadge>
                          </span>
                        ))}
                      </span>
                    </li>
                  ))}
                </ul>
              )
            }
          </Loaded>
        </Section>
      </Stack>
    </Modal>
  );
}
