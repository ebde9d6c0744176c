import { Button, Drawer, Stack, Table, TextInput, VisuallyHidden } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useState } from "react";
import { usePages } from "../../api/query";
import type { ChargePoint, Command } from "../../api/views";
import { useText } from "../../i18n/text";
import { ConsentDialog } from "../../parts/ConsentDialog";
import { StateBadge } from "../../parts/StateBadge";
import { COMMAND_STATES, stateWords } from "./commandWords";
import classes from "./SettingsDrawer.module.css";
import { type DeviceSetting, toldSettings } from "./settingsAnswer";
import { moment } from "./shownState";
import { useAsk } from "./useAsk";

/** The settings that a charge point keeps itself: read from it, and changed one at a time. */
export function SettingsDrawer({
  point,
  now,
  opened,
  onClose,
}: {
  point: ChargePoint;
  now: Date;
  opened: boolean;
  onClose: () => void;
}) {
  const { t } = useText();
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      title={t("deviceSettings.title", { name: point.name })}
      size="lg"
      closeButtonProps={{ "aria-label": t("action.close") }}
    >
      {opened && <Settings point={point} now={now} />}
    </Drawer>
  );
}

function Settings({ point, now }: { point: ChargePoint; now: Date }) {
  const text = useText();
  const { t, word, format } = text;
  const { ask, send, isSending } = useAsk(point.id);
  const [q, setQ] = useState("");
  const [changing, setChanging] = useState<DeviceSetting>();
  const { query: pages } = usePages<Command>(
    "/charge-points/{id}/commands",
    {},
    { path: { id: point.id }, pageSize: 20 },
  );
  const commands = pages.data?.pages.flatMap(({ items }) => items) ?? [];
  const told = toldSettings(commands);
  const latest = commands.find(({ operation }) =>
    ["getConfiguration", "changeConfiguration"].includes(String((operation as { name?: string }).name)),
  );
  const connected = point.contact?.connected ?? false;
  const words = q.trim().toLowerCase();
  const shown = told?.settings.filter(({ key }) => key.toLowerCase().includes(words)) ?? [];
  return (
    <Stack gap="md">
      <p style={{ margin: 0 }}>{t("deviceSettings.words")}</p>
      <div className={classes.head}>
        <span className={classes.soft}>
          {told ? t("charging.asOf", { time: moment(told.at, now, format) }) : t("deviceSettings.never")}
        </span>
        <Button
          leftSection={<IconDownload size={16} />}
          disabled={!connected}
          loading={isSending}
          data-autofocus
          onClick={() => ask({ name: "getConfiguration", keys: [] })}
        >
          {t("deviceSettings.read")}
        </Button>
      </div>
      {latest && latest.state !== "verified" && (
        <div role="status">
          <StateBadge
            tone={COMMAND_STATES[latest.state]?.tone ?? "mute"}
            icon={COMMAND_STATES[latest.state]?.icon}
          >
            {word("command.state", latest.state)}
          </StateBadge>{" "}
          <span className={classes.soft}>{stateWords(latest, text)}</span>
        </div>
      )}
      {told && (
        <>
          <TextInput
            label={t("deviceSettings.search")}
            value={q}
            onChange={(event) => setQ(event.currentTarget.value)}
          />
          <Table verticalSpacing={6}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("deviceSettings.key")}</Table.Th>
                <Table.Th>{t("deviceSettings.value")}</Table.Th>
                <Table.Th>
                  <VisuallyHidden>{t("action.edit")}</VisuallyHidden>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {shown.map((setting) => (
                <Table.Tr key={setting.key}>
                  <Table.Th scope="row" className={classes.key}>
                    {setting.key}
                  </Table.Th>
                  <Table.Td className={classes.value}>{setting.value ?? "–"}</Table.Td>
                  <Table.Td style={{ textAlign: "end" }}>
                    {setting.readonly ? (
                      <span className={classes.soft}>{t("deviceSettings.readonly")}</span>
                    ) : (
                      <Button
                        size="compact-sm"
                        variant="subtle"
                        disabled={!connected}
                        aria-label={t("deviceSettings.changeOne", { key: setting.key })}
                        onClick={() => setChanging(setting)}
                      >
                        {t("action.edit")}
                      </Button>
                    )}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
          {shown.length === 0 && <p style={{ margin: 0 }}>{t("palette.nothing")}</p>}
        </>
      )}
      {changing && (
        <ChangeSetting
          setting={changing}
          onClose={() => setChanging(undefined)}
          onChange={(value) => send({ name: "changeConfiguration", key: changing.key, value })}
        />
      )}
    </Stack>
  );
}

function ChangeSetting({
  setting,
  onClose,
  onChange,
}: {
  setting: DeviceSetting;
  onClose: () => void;
  onChange: (value: string) => Promise<unknown>;
}) {
  const { t } = useText();
  const [value, setValue] = useState(setting.value ?? "");
  return (
    <ConsentDialog
      title={t("deviceSettings.changeOne", { key: setting.key })}
      confirm={t("deviceSettings.send")}
      waiting={value === setting.value}
      onClose={onClose}
      onConfirm={() => onChange(value)}
    >
      <p style={{ margin: 0 }}>{t("deviceSettings.changeWords")}</p>
      <TextInput
        label={t("deviceSettings.value")}
        description={t("deviceSettings.was", { value: setting.value ?? "–" })}
        data-autofocus
        maxLength={500}
        spellCheck={false}
        value={value}
        onChange={(event) => setValue(event.currentTarget.value)}
      />
    </ConsentDialog>
  );
}
