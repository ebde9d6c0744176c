import { Button, Menu } from "@mantine/core";
import {
  IconAdjustments,
  IconBan,
  IconBroadcast,
  IconChevronDown,
  IconCircleCheck,
  IconEraser,
  IconLockOpen,
  IconPlayerPlay,
  IconPlayerStop,
  IconRefresh,
  IconTerminal2,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, usePages } from "../../api/query";
import type { ChargePoint, Command, Session } from "../../api/views";
import { useText } from "../../i18n/text";
import { Loaded } from "../../parts/Loaded";
import { MenuGroup } from "../../parts/MenuGroup";
import { Section } from "../../parts/Section";
import { StateBadge } from "../../parts/StateBadge";
import { can, useMe } from "../../shell/session";
import classes from "./ChargePointCommands.module.css";
import { askedWords, COMMAND_STATES, stateWords } from "./commandWords";
import { SettingsDrawer } from "./SettingsDrawer";
import { StartDialog } from "./StartDialog";
import { moment } from "./shownState";
import { useAsk } from "./useAsk";

const TRIGGERS = ["StatusNotification", "MeterValues", "BootNotification", "Heartbeat"] as const;
/** As many as are read at a glance; the rest comes by asking. */
const SHOWN = 4;

/** What can be asked of a charge point, in one click each, and what became of it. */
export function ChargePointCommands({ point, now }: { point: ChargePoint; now: Date }) {
  const text = useText();
  const { t } = text;
  const me = useMe();
  const [starting, setStarting] = useState<number>();
  const [settings, setSettings] = useState(false);
  const { ask, dialog } = useAsk(point.id);
  const runs = can(me, "run_charge_point");
  const connected = point.contact?.connected ?? false;
  const open = api.useQuery("get", "/sessions", {
    params: { query: { chargePointId: point.id, state: "open" } },
  });
  const numbers = point.connectors.map(({ number }) => number).filter((number) => number > 0);
  const inUse = (open.data?.items.length ?? 0) > 0;
  return (
    <Section
      title={t("command.title")}
      aside={
        <Button
          component={Link}
          to={`/charge-points/${point.id}/log`}
          size="compact-sm"
          variant="subtle"
          leftSection={<IconTerminal2 size={14} />}
        >
          {t("log.open")}
        </Button>
      }
    >
      <div className={classes.rows}>
        {!connected && <p className={classes.note}>{t(runs ? "command.offline" : "command.offlineOnly")}</p>}
        {(numbers.length > 0 ? numbers : [1]).map((number) => (
          <ConnectorRow
            key={number}
            number={number}
            session={open.data?.items.find(({ connector }) => connector === number)}
            now={now}
            disabled={!connected}
            acts={runs}
            onStart={() => setStarting(number)}
            onStop={(transactionId) =>
              ask(
                { name: "remoteStop", transactionId },
                {
                  title: t("command.stopTitle", { name: point.name, number }),
                  words: t("command.stopWords"),
                  confirm: t("command.stop"),
                },
              )
            }
            onUnlock={() =>
              ask(
                { name: "unlockConnector", connector: number },
                {
                  title: t("command.unlockTitle", { name: point.name, number }),
                  words: t("command.unlockWords"),
                  confirm: t("command.unlock"),
                },
              )
            }
          />
        ))}
        {runs && (
          <div className={classes.whole}>
            <Menu>
              <Menu.Target>
                <Button
                  size="compact-md"
                  fz="sm"
                  variant="default"
                  disabled={!connected}
                  leftSection={<IconRefresh size={15} />}
                  rightSection={<IconChevronDown size={14} />}
                >
                  {t("command.reset")}
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                {([false, true] as const).map((hard) => (
                  <Menu.Item
                    key={String(hard)}
                    onClick={() =>
                      ask(
                        { name: "reset", hard },
                        {
                          title: t("command.resetTitle", { name: point.name }),
                          words: [
                            t(hard ? "command.resetHardWords" : "command.resetSoftWords"),
                            inUse && t("command.resetInUse"),
                          ]
                            .filter(Boolean)
                            .join(" "),
                          confirm: t("command.reset"),
                        },
                      )
                    }
                  >
                    {t(hard ? "command.resetHard" : "command.resetSoft")}
                  </Menu.Item>
                ))}
              </Menu.Dropdown>
            </Menu>
            <Button
              size="compact-md"
              fz="sm"
              variant="default"
              disabled={!connected}
              leftSection={<IconAdjustments size={15} />}
              onClick={() => setSettings(true)}
            >
              {t("command.settings")}
            </Button>
            <Menu>
              <Menu.Target>
                <Button
                  size="compact-md"
                  fz="sm"
                  variant="default"
                  disabled={!connected}
                  rightSection={<IconChevronDown size={14} />}
                >
                  {t("command.more")}
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item
                  leftSection={<IconBan size={16} />}
                  onClick={() =>
                    ask(
                      { name: "changeAvailability", connector: 0, operative: false },
                      {
                        title: t("command.offTitle", { name: point.name }),
                        words: t("command.offWords"),
                        confirm: t("command.off"),
                      },
                    )
                  }
                >
                  {t("command.off")}
                </Menu.Item>
                <Menu.Item
                  leftSection={<IconCircleCheck size={16} />}
                  onClick={() => ask({ name: "changeAvailability", connector: 0, operative: true })}
                >
                  {t("command.on")}
                </Menu.Item>
                <Menu.Item leftSection={<IconEraser size={16} />} onClick={() => ask({ name: "clearCache" })}>
                  {t("command.clearCache")}
                </Menu.Item>
                <Menu.Divider />
                <MenuGroup label={t("command.triggerLabel")}>
                  {TRIGGERS.map((message) => (
                    <Menu.Item
                      key={message}
                      leftSection={<IconBroadcast size={16} />}
                      onClick={() => ask({ name: "triggerMessage", message })}
                    >
                      {t(`command.trigger.${message}`)}
                    </Menu.Item>
                  ))}
                </MenuGroup>
              </Menu.Dropdown>
            </Menu>
          </div>
        )}
      </div>
      <Asked id={point.id} now={now} />
      {dialog}
      {starting !== undefined && (
        <StartDialog point={point} connector={starting} onClose={() => setStarting(undefined)} />
      )}
      <SettingsDrawer point={point} now={now} opened={settings} onClose={() => setSettings(false)} />
    </Section>
  );
}

function ConnectorRow({
  number,
  session,
  now,
  disabled,
  acts,
  onStart,
  onStop,
  onUnlock,
}: {
  number: number;
  session: Session | undefined;
  now: Date;
  disabled: boolean;
  /** Whether the reader may ask anything. */
  acts: boolean;
  onStart: () => void;
  onStop: (transactionId: number) => void;
  onUnlock: () => void;
}) {
  const { t, format } = useText();
  const transaction = session?.transactionId;
  if (!acts && !session) return null;
  const named = (act: string) => `${act}: ${t("connector.one", { number })}`;
  return (
    <div className={classes.connector}>
      <span className={classes.words}>
        <strong style={{ fontWeight: 600 }}>{t("connector.one", { number })}</strong>
        {session && (
          <span className={classes.soft}>
            <Link to="/sessions" search={{ open: session.id } as never}>
              {t("command.since", { time: moment(session.startedAt, now, format) })}
            </Link>
            {" · "}
            {session.personName ?? session.tag ?? t("session.unknownPerson")}
          </span>
        )}
      </span>
      {acts && (
        <span className={classes.acts}>
          {transaction === undefined || transaction === null ? (
            <Button
              size="compact-md"
              fz="sm"
              variant="default"
              disabled={disabled}
              aria-label={named(t("command.start"))}
              leftSection={<IconPlayerPlay size={15} />}
              onClick={onStart}
            >
              {t("command.start")}
            </Button>
          ) : (
            <Button
              size="compact-md"
              fz="sm"
              variant="default"
              disabled={disabled}
              aria-label={named(t("command.stop"))}
              leftSection={<IconPlayerStop size={15} />}
              onClick={() => onStop(transaction)}
            >
              {t("command.stop")}
            </Button>
          )}
          <Button
            size="compact-md"
            fz="sm"
            variant="default"
            disabled={disabled}
            aria-label={named(t("command.unlock"))}
            leftSection={<IconLockOpen size={15} />}
            onClick={onUnlock}
          >
            {t("command.unlock")}
          </Button>
        </span>
      )}
    </div>
  );
}

/** What was asked, the latest first, and how far each thing is. */
function Asked({ id, now }: { id: string; now: Date }) {
  const text = useText();
  const { t, word, format } = text;
  const [all, setAll] = useState(false);
  const { query: pages } = usePages<Command>(
    "/charge-points/{id}/commands",
    {},
    { path: { id }, pageSize: 20 },
  );
  return (
    <Loaded query={pages}>
      {({ pages: read }) => {
        const items = read.flatMap((page) => page.items);
        const shown = all ? items : items.slice(0, SHOWN);
        return (
          <>
            <ul className={classes.asked} aria-label={t("command.asked")} aria-live="polite">
              {shown.map((command) => (
                <li key={command.id}>
                  <strong>{askedWords(command, text)}</strong>
                  <StateBadge
                    tone={COMMAND_STATES[command.state]?.tone ?? "mute"}
                    icon={COMMAND_STATES[command.state]?.icon}
                  >
                    {word("command.state", command.state)}
                  </StateBadge>
                  <span className={classes.why}>
                    {moment(command.verifiedAt ?? command.answeredAt ?? command.askedAt, now, format)}
                    {" · "}
                    {stateWords(command, text)}
                  </span>
                </li>
              ))}
            </ul>
            {(items.length > shown.length || (all && pages.hasNextPage)) && (
              <Button
                size="compact-sm"
                variant="subtle"
                loading={pages.isFetchingNextPage}
                onClick={() => (all ? void pages.fetchNextPage() : setAll(true))}
              >
                {t("command.earlier")}
              </Button>
            )}
          </>
        );
      }}
    </Loaded>
  );
}
