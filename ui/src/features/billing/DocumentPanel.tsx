import { Alert, Button, Menu } from "@mantine/core";
import {
  IconBan,
  IconCheck,
  IconDownload,
  IconExternalLink,
  IconFileTypeCsv,
  IconMailForward,
  IconMessage,
  IconPrinter,
  IconReceiptRefund,
  IconSend,
  IconTrash,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { ifMatch } from "../../api/client";
import { api } from "../../api/query";
import type { OpenDocument } from "../../api/views";
import { useText } from "../../i18n/text";
import { ConsentDialog } from "../../parts/ConsentDialog";
import { DetailPanel } from "../../parts/DetailPanel";
import { DocumentBadge } from "../../parts/DocumentBadge";
import { showProblem } from "../../parts/ErrorNotice";
import { Facts } from "../../parts/Facts";
import { RecordHistory } from "../../parts/history/RecordHistory";
import { LoadingPanel } from "../../parts/LoadingPanel";
import { Posted } from "../../parts/Posted";
import { Section } from "../../parts/Section";
import { said } from "../../parts/undo";
import { can, useMe } from "../../shell/session";
import { CreditDialog } from "./CreditDialog";
import { DocumentLines } from "./DocumentLines";
import { DocumentReminders } from "./DocumentReminders";
import classes from "./DocumentsPage.module.css";
import { EInvoice } from "./EInvoice";
import { SmsDialog } from "./SmsDialog";
import { useDocumentFile } from "./useDocumentFile";
import { VoidDialog } from "./VoidDialog";

type Asked = "issue" | "remove" | "void" | "credit" | "sms";

/** One document: what it asks for and where each line comes from, how it went out, and what can be done with it. */
export function DocumentPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const text = useText();
  const { t, format, word } = text;
  const me = useMe();
  const file = useDocumentFile();
  const query = api.useQuery("get", "/documents/{id}", { params: { path: { id } } });
  const send = api.useMutation("post", "/documents/{id}/send");
  const [asked, setAsked] = useState<Asked>();
  const document = query.data;
  if (!document) return <LoadingPanel query={query} onClose={onClose} />;
  const manages = can(me, "manage_billing");
  const draft = document.state === "draft";
  const gone = document.state === "void";
  const title = document.number
    ? t("document.titled", { kind: t(`document.kind.${document.kind}`), number: document.number })
    : t("document.titledDraft", { kind: t(`document.kind.${document.kind}`) });
  const sendBy = (by: "mail" | "paper") =>
    send.mutate(
      { params: { path: { id } }, headers: ifMatch(document), body: { by } },
      {
        onSuccess: () => said(t(by === "mail" ? "document.queued" : "document.markedSent")),
        onError: (error) => showProblem(error, text),
      },
    );
  const sent = document.state !== "issued";
  return (
    <DetailPanel
      title={title}
      badges={<DocumentBadge state={document.state} />}
      subtitle={[document.recipient, document.unitCode].filter(Boolean).join(" · ")}
      onClose={onClose}
      actions={
        <>
          <Button leftSection={<IconExternalLink size={16} />} onClick={() => file.open(document)}>
            {t("document.open")}
          </Button>
          <Button
            variant="default"
            leftSection={<IconDownload size={16} />}
            onClick={() => file.save(document)}
          >
            {t("action.saveFile")}
          </Button>
          {document.isCollected && document.kind !== "reminder" && (
            <Button
              variant="default"
              leftSection={<IconFileTypeCsv size={16} />}
              onClick={() => file.saveSpecification(document)}
            >
              {t("document.specification")}
            </Button>
          )}
          {manages && draft && (
            <>
              <Button
                variant="default"
                leftSection={<IconCheck size={16} />}
                onClick={() => setAsked("issue")}
              >
                {t("document.issue")}
              </Button>
              <Button
                variant="default"
                leftSection={<IconTrash size={16} />}
                onClick={() => setAsked("remove")}
              >
                {t("document.removeDraft")}
              </Button>
            </>
          )}
          {manages && !draft && !gone && (
            <Menu width={300}>
              <Menu.Target>
                <Button variant="default" leftSection={<IconSend size={16} />} loading={send.isPending}>
                  {t(sent ? "document.sendAgain" : "document.send")}
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item
                  leftSection={<IconMailForward size={16} />}
                  disabled={!document.hasEmail}
                  onClick={() => sendBy("mail")}
                >
                  {t(document.hasEmail ? "document.byMail" : "document.noEmail")}
                </Menu.Item>
                <Menu.Item
                  leftSection={<IconMessage size={16} />}
                  disabled={!document.hasMobile}
                  onClick={() => setAsked("sms")}
                >
                  {t(document.hasMobile ? "document.bySms" : "document.noSms")}
                </Menu.Item>
                <Menu.Item leftSection={<IconPrinter size={16} />} onClick={() => sendBy("paper")}>
                  {t("document.byPaper")}
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          )}
          {manages && document.state === "issued" && (
            <Button variant="default" leftSection={<IconBan size={16} />} onClick={() => setAsked("void")}>
              {t("document.void")}
            </Button>
          )}
          {manages && canBeCredited(document) && (
            <Button
              variant="default"
              leftSection={<IconReceiptRefund size={16} />}
              onClick={() => setAsked("credit")}
            >
              {t("document.credit")}
            </Button>
          )}
        </>
      }
    >
      {gone && (
        <Alert color="gray" icon={<IconBan />}>
          {t("document.voidWords", { reason: document.reason ?? "" })}
        </Alert>
      )}
      <Facts
        rows={[
          [t("document.payable"), format.money(document.payable.minor, document.payable.currency)],
          document.alreadyPaid != null
            ? [
                t("document.alreadyPaid"),
                format.money(document.alreadyPaid.minor, document.alreadyPaid.currency),
              ]
            : undefined,
          document.open != null
            ? [t("document.left"), format.money(document.open.minor, document.open.currency)]
            : undefined,
          document.periodFrom && document.periodTo
            ? [
                t("document.period"),
                `${format.date(document.periodFrom)} – ${format.date(document.periodTo)}`,
              ]
            : undefined,
          !draft && [t("document.issuedOn"), document.issuedOn && format.date(document.issuedOn)],
          document.dueOn ? [t("document.dueOn"), format.date(document.dueOn)] : undefined,
          document.reference ? [t("document.reference"), document.reference] : undefined,
          document.personId
            ? [
                t("document.recipient"),
                <Link key="person" to="/people" search={{ open: document.personId }}>
                  {document.recipient}
                </Link>,
              ]
            : [t("document.recipient"), document.recipient],
          !gone && document.reason ? [t("document.reason"), document.reason] : undefined,
        ]}
      />
      <DocumentLines document={document} />
      <DocumentReminders document={document} />
      {(document.credits || document.creditNotes.length > 0) && (
        <Section title={t("document.related")}>
          <ul className={classes.list}>
            {[document.credits, ...document.creditNotes].map(
              (other) =>
                other && (
                  <li key={other.id}>
                    <Link to="/documents" search={{ open: other.id }}>
                      {t("document.titled", {
                        kind: t(`document.kind.${other.kind}`),
                        number: other.number ?? "",
                      })}
                    </Link>
                    <span>{format.money(other.payable.minor, other.payable.currency)}</span>
                  </li>
                ),
            )}
          </ul>
        </Section>
      )}
      {document.notices.length > 0 && (
        <Section title={t("document.notices")}>
          <ul className={classes.list}>
            {document.notices.map((notice) => (
              <li key={notice.id}>
                <Link to="/notices" search={{ open: notice.id }}>
                  {notice.address}
                </Link>
                <span>
                  {word("notice.state", notice.state)} · {format.dateTime(notice.sentAt ?? notice.createdAt)}
                </span>
                {notice.fault && (
                  <span className={classes.detail}>
                    {word("problem", notice.fault)} {notice.faultWords}
                  </span>
                )}
              </li>
            ))}
          </ul>
        </Section>
      )}
      <EInvoice document={document} />
      <Posted of={{ documentId: document.id }} />
      <RecordHistory id={document.id} />
      <Consents asked={asked} document={document} onAsked={setAsked} onGone={onClose} />
    </DetailPanel>
  );
}

function canBeCredited(document: OpenDocument): boolean {
  return document.kind !== "credit_note" && ["issued", "sent", "paid"].includes(document.state);
}

/** Asks before what cannot be taken back. */
function Consents({
  asked,
  document,
  onAsked,
  onGone,
}: {
  asked: Asked | undefined;
  document: OpenDocument;
  onAsked: (asked: Asked | undefined) => void;
  onGone: () => void;
}) {
  const { t, format } = useText();
  const issue = api.useMutation("post", "/documents/{id}/issue");
  const remove = api.useMutation("delete", "/documents/{id}");
  const at = { params: { path: { id: document.id } }, headers: ifMatch(document) };
  const close = () => onAsked(undefined);
  switch (asked) {
    case "issue":
      return (
        <ConsentDialog
          title={t("document.issueTitle")}
          confirm={t("document.issue")}
          onClose={close}
          onConfirm={() => issue.mutateAsync(at)}
        >
          <p style={{ margin: 0 }}>
            {t("document.issueWords", {
              name: document.recipient,
              amount: format.money(document.payable.minor, document.payable.currency),
            })}
          </p>
        </ConsentDialog>
      );
    case "remove":
      return (
        <ConsentDialog
          title={t("document.removeDraft")}
          confirm={t("action.remove")}
          danger
          onClose={close}
          onConfirm={async () => {
            await remove.mutateAsync(at);
            onGone();
          }}
        >
          <p style={{ margin: 0 }}>{t("document.removeWords")}</p>
        </ConsentDialog>
      );
    case "void":
      return <VoidDialog document={document} onClose={close} />;
    case "sms":
      return <SmsDialog document={document} onClose={close} />;
    case "credit":
      return <CreditDialog document={document} onClose={close} />;
    default:
      return null;
  }
}
