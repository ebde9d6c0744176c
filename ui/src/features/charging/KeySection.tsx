import { Button } from "@mantine/core";
import { IconArrowBackUp, IconKey, IconSend } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { idempotent } from "../../api/client";
import { api } from "../../api/query";
import type { ChargePoint } from "../../api/views";
import { type Text, useText } from "../../i18n/text";
import { ConsentDialog } from "../../parts/ConsentDialog";
import { Section } from "../../parts/Section";
import { StateBadge } from "../../parts/StateBadge";
import { COMMAND_STATES } from "./commandWords";
import classes from "./KeySection.module.css";
import { moment } from "./shownState";

/** The key of a charge point, and a new one on its way to it over its connection. */
export function KeySection({ point, now, manages }: { point: ChargePoint; now: Date; manages: boolean }) {
  const text = useText();
  const { t, word, format } = text;
  const [asking, setAsking] = useState<"change" | "again" | "giveUp">();
  const connected = point.contact?.connected ?? false;
  const { keyChange } = point;
  const done = () => setAsking(undefined);
  return (
    <Section title={t("key.one")}>
      <div className={classes.rows}>
        <span>
          {point.credentialSetAt ? (
            t("key.since", { time: format.dateTime(point.credentialSetAt) })
          ) : (
            <StateBadge tone="warn">{t("key.missing")}</StateBadge>
          )}
        </span>
        <div className={classes.change} role="status">
          {keyChange && (
            <>
              <span className={classes.stand}>
                <strong>{t("key.changing")}</strong>
                <StateBadge
                  tone={COMMAND_STATES[keyChange.state]?.tone ?? "mute"}
                  icon={COMMAND_STATES[keyChange.state]?.icon}
                >
                  {word("command.state", keyChange.state)}
                </StateBadge>
                <span className={classes.soft}>{moment(keyChange.askedAt, now, format)}</span>
              </span>
              <span className={classes.soft}>{keyWords(keyChange, text)}</span>
            </>
          )}
        </div>
        {manages && point.credentialSetAt && (
          <div className={classes.acts}>
            <Button
              size="compact-md"
              fz="sm"
              variant="default"
              disabled={!connected}
              leftSection={keyChange ? <IconSend size={15} /> : <IconKey size={15} />}
              onClick={() => setAsking(keyChange ? "again" : "change")}
            >
              {t(keyChange ? "key.again" : "key.change")}
            </Button>
            {keyChange && (
              <Button
                size="compact-md"
                fz="sm"
                variant="default"
                leftSection={<IconArrowBackUp size={15} />}
                onClick={() => setAsking("giveUp")}
              >
                {t("key.giveUp")}
              </Button>
            )}
            {!connected && <span className={classes.soft}>{t("key.offline")}</span>}
          </div>
        )}
      </div>
      {asking === "change" && (
        <Told point={point} title={t("key.changeTitle", { name: point.name })} onClose={done}>
          {t("key.changeWords")}
        </Told>
      )}
      {asking === "again" && (
        <Told point={point} title={t("key.againTitle", { name: point.name })} onClose={done}>
          {t("key.againWords")}
        </Told>
      )}
      {asking === "giveUp" && <GiveUp point={point} onClose={done} />}
    </Section>
  );
}

/** Asks before a key is told over the connection, and says so where it can be overheard. */
function Told({
  point,
  title,
  children,
  onClose,
}: {
  point: ChargePoint;
  title: string;
  children: ReactNode;
  onClose: () => void;
}) {
  const { t } = useText();
  const address = api.useQuery("get", "/charging-address", {});
  const change = api.useMutation("post", "/charge-points/{id}/key-change");
  const [once] = useState(() => crypto.randomUUID());
  return (
    <ConsentDialog
      title={title}
      confirm={t("key.send")}
      onClose={onClose}
      onConfirm={() => change.mutateAsync({ params: { path: { id: point.id } }, headers: idempotent(once) })}
    >
      <p style={{ margin: 0 }}>{children}</p>
      {address.data && !address.data.url.startsWith("wss:") && (
        <p style={{ margin: 0, color: "var(--warn)" }}>{t("key.insecure")}</p>
      )}
    </ConsentDialog>
  );
}

/** Stays with the old key, which may shut the charge point out if it has taken the new one. */
function GiveUp({ point, onClose }: { point: ChargePoint; onClose: () => void }) {
  const { t } = useText();
  const giveUp = api.useMutation("delete", "/charge-points/{id}/key-change");
  return (
    <ConsentDialog
      title={t("key.giveUpTitle", { name: point.name })}
      confirm={t("key.giveUp")}
      danger={point.keyChange?.state === "obeyed"}
      onClose={onClose}
      onConfirm={() => giveUp.mutateAsync({ params: { path: { id: point.id } } })}
    >
      <p style={{ margin: 0 }}>
        {t(point.keyChange?.state === "obeyed" ? "key.giveUpTaken" : "key.giveUpWords")}
      </p>
    </ConsentDialog>
  );
}

/** How far a key is on its way, and which keys open meanwhile. */
function keyWords({ state, answer }: NonNullable<ChargePoint["keyChange"]>, { t, word }: Text): string {
  const said = answer as { status?: string; errorCode?: string; description?: string } | null | undefined;
  if (state === "obeyed" && said?.status !== "Accepted") return t("key.stand.afterRestart");
  if (state === "refused") {
    const words = [said?.errorCode ?? said?.status, said?.description].filter(Boolean).join(": ");
    return t("key.stand.refused", { words });
  }
  return word("key.stand", state);
}
