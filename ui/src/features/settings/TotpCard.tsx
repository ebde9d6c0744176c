import { Button, Group, PinInput, Stack } from "@mantine/core";
import { IconShieldCheck } from "@tabler/icons-react";
import { useState } from "react";
import { api } from "../../api/query";
import { useText } from "../../i18n/text";
import { Card } from "../../parts/Card";
import { ErrorNotice } from "../../parts/ErrorNotice";
import { StateBadge } from "../../parts/StateBadge";
import { said } from "../../parts/undo";
import { useMe } from "../../shell/session";
import classes from "./TotpCard.module.css";

/** Two-step sign-in: scan, type one code, done. Turning it off asks for a code too. */
export function TotpCard() {
  const { t } = useText();
  const me = useMe();
  const begin = api.useMutation("post", "/me/totp");
  const confirm = api.useMutation("put", "/me/totp");
  const turnOff = api.useMutation("delete", "/me/totp");
  const [code, setCode] = useState("");
  const [ending, setEnding] = useState(false);
  const act = me.totp ? turnOff : confirm;
  const secret = begin.data;
  const submit = (typed: string) => {
    if (typed.length !== 6 || act.isPending) return;
    act.mutate(
      { body: { code: typed } },
      {
        onSuccess: () => {
          said(me.totp ? t("totp.turnedOff") : t("totp.turnedOn"));
          begin.reset();
          setEnding(false);
        },
        onSettled: () => setCode(""),
      },
    );
  };
  const pin = (
    <PinInput
      length={6}
      type="number"
      oneTimeCode
      aria-label={t("signIn.code")}
      getInputProps={(index) => ({ "aria-label": t("signIn.codeDigit", { digit: index + 1 }) })}
      value={code}
      onChange={setCode}
      onComplete={submit}
    />
  );
  return (
    <Card
      title={t("totp.title")}
      aside={
        me.totp ? (
          <StateBadge tone="good" icon={IconShieldCheck}>
            {t("state.on")}
          </StateBadge>
        ) : (
          <StateBadge tone="mute">{t("state.off")}</StateBadge>
        )
      }
    >
      <Stack gap="sm">
        <p style={{ margin: 0 }}>{t("totp.words")}</p>
        {me.totp && !ending && (
          <Group>
            <Button variant="default" onClick={() => setEnding(true)}>
              {t("totp.turnOff")}
            </Button>
          </Group>
        )}
        {me.totp && ending && (
          <>
            <p style={{ margin: 0 }}>{t("totp.turnOffWords")}</p>
            {pin}
          </>
        )}
        {!me.totp && !secret && (
          <Group>
            <Button loading={begin.isPending} onClick={() => begin.mutate({})}>
              {t("totp.turnOn")}
            </Button>
          </Group>
        )}
        {!me.totp && secret && (
          <div className={classes.steps}>
            <img
              className={classes.qr}
              src={`data:image/svg+xml;utf8,${encodeURIComponent(secret.qrSvg)}`}
              alt={t("totp.qr")}
            />
            <Stack gap="xs">
              <p>{t("totp.scan")}</p>
              <code className={classes.secret}>{secret.secret.replace(/(.{4})/g, "$1 ").trim()}</code>
              <p>{t("totp.confirm")}</p>
              {pin}
            </Stack>
          </div>
        )}
        {begin.isError && <ErrorNotice error={begin.error} />}
        {act.isError && <ErrorNotice error={act.error} />}
      </Stack>
    </Card>
  );
}
