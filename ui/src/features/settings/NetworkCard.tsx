import { Alert, Button, Group, Radio, Stack, TextInput } from "@mantine/core";
import {
  IconAlertTriangle,
  IconDeviceLaptop,
  IconPlug,
  IconWorld,
  type TablerIcon,
} from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Problem } from "../../api/problem";
import type { Listening, Network, NetworkSetup, Reach } from "../../host";
import { useText } from "../../i18n/text";
import { Card } from "../../parts/Card";
import { ChoiceCard } from "../../parts/ChoiceCard";
import { ErrorNotice } from "../../parts/ErrorNotice";
import { Facts } from "../../parts/Facts";
import { said } from "../../parts/undo";

const REACHES: readonly Reach[] = ["this_computer", "charge_points", "everybody"];
const ICONS: Record<Reach, TablerIcon> = {
  this_computer: IconDeviceLaptop,
  charge_points: IconPlug,
  everybody: IconWorld,
};

/** Whom this computer lets in while the desk is open. Where the host is elsewhere, its owner decides that there. */
export function NetworkCard({ setup }: { setup: NetworkSetup }) {
  const network = useQuery({ queryKey: ["network"], queryFn: setup.read });
  if (!network.data) return null;
  const { reach, port } = network.data;
  return <NetworkForm key={`${reach} ${port}`} setup={setup} network={network.data} />;
}

function NetworkForm({ setup, network }: { setup: NetworkSetup; network: Network }) {
  const { t } = useText();
  const queries = useQueryClient();
  const [reach, setReach] = useState(network.reach);
  const [port, setPort] = useState(String(network.port));
  const [chain, setChain] = useState(network.certificate?.chain ?? null);
  const [key, setKey] = useState(network.certificate?.key ?? null);
  const [wrongPort, setWrongPort] = useState(false);
  const change = useMutation({
    mutationFn: () => setup.change(reach, Number(port)),
    onSuccess: async () => {
      // The address for charge points follows.
      await queries.invalidateQueries();
      said(t("network.saved"));
    },
  });
  const changed =
    reach !== network.reach ||
    port !== String(network.port) ||
    chain !== (network.certificate?.chain ?? null) ||
    key !== (network.certificate?.key ?? null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const isPort = /^\d{1,5}$/.test(port) && Number(port) > 0 && Number(port) < 65_536;
    setWrongPort(!isPort);
    if (isPort) change.mutate();
  };
  return (
    <Card title={t("network.title")}>
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <p style={{ margin: 0 }}>{t("network.words")}</p>
          <Radio.Group
            value={reach}
            onChange={(value) => setReach(value as Reach)}
            aria-label={t("network.reach")}
          >
            <Stack gap="xs">
              {REACHES.map((each) => (
                <ChoiceCard
                  key={each}
                  value={each}
                  icon={ICONS[each]}
                  name={t(`network.${each}.title`)}
                  words={t(`network.${each}.words`)}
                />
              ))}
            </Stack>
          </Radio.Group>
          {reach === "everybody" && (
            <>
              <CertificateFile
                label={t("network.certificate")}
                path={chain}
                onChoose={async () => setChain((await setup.chooseFile(false)) ?? chain)}
              />
              <CertificateFile
                label={t("network.certificateKey")}
                path={key}
                onChoose={async () => setKey((await setup.chooseFile(true)) ?? key)}
              />
            </>
          )}
          <TextInput
            label={t("network.port")}
            inputMode="numeric"
            maw={140}
            value={port}
            error={wrongPort && t("network.portWrong")}
            onChange={(event) => setPort(event.currentTarget.value.trim())}
          />
          <State listening={network.listening} reach={network.reach} />
          {change.isError && <ErrorNotice error={change.error} />}
          <Group justify="flex-end">
            <Button type="submit" loading={change.isPending} disabled={!changed}>
              {t("action.save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}

function CertificateFile({
  label,
  path,
  onChoose,
}: {
  label: string;
  path: string | null;
  onChoose: () => Promise<void>;
}) {
  const { t } = useText();
  return (
    <Group gap="sm" wrap="nowrap" align="flex-end">
      <TextInput label={label} readOnly flex={1} value={path ?? ""} placeholder={t("network.noFile")} />
      <Button
        variant="default"
        aria-label={t("network.chooseOne", { name: label })}
        onClick={() => void onChoose()}
      >
        {t("network.choose")}
      </Button>
    </Group>
  );
}

/** Where others reach this computer now, or why nobody does. */
function State({ listening, reach }: { listening: Listening; reach: Reach }) {
  const { t } = useText();
  if (listening.kind === "failed") {
    const problem = new Problem({ status: 503, code: listening.code, params: { port: listening.port } });
    return <ErrorNotice error={problem} />;
  }
  if (reach === "this_computer") return null;
  return (
    <>
      {listening.chargingAddress === null ? (
        <Alert color="orange" icon={<IconAlertTriangle size={18} />}>
          {t("network.none")}
        </Alert>
      ) : (
        <Facts
          rows={[
            [t("network.chargingAddress"), <code key="charging">{listening.chargingAddress}</code>],
            listening.address !== null && [t("network.address"), <code key="all">{listening.address}</code>],
            listening.fingerprint !== null && [
              t("network.fingerprint"),
              <code key="print" style={{ overflowWrap: "anywhere" }}>
                {listening.fingerprint}
              </code>,
            ],
          ]}
        />
      )}
      <p style={{ margin: 0, color: "var(--ink-soft)" }}>{t("network.awake")}</p>
    </>
  );
}
