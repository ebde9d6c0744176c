import { ActionIcon, Button, CopyButton, Group, Modal, Stack } from "@mantine/core";
import { IconCheck, IconCopy, IconKey } from "@tabler/icons-react";
import { useState } from "react";
import { api } from "../../api/query";
import type { ChargePoint } from "../../api/views";
import { useText } from "../../i18n/text";
import { ErrorNotice } from "../../parts/ErrorNotice";
import { useFocusGivenBack } from "../../parts/useFocusGivenBack";
import classes from "./KeyDialog.module.css";

/** What is typed into a charge point so that it calls here: the address, its identity, and a key that is told once. */
export function KeyDialog({ point, onClose }: { point: ChargePoint; onClose: () => void }) {
  const { t } = useText();
  useFocusGivenBack();
  const address = api.useQuery("get", "/charging-address", {});
  const make = api.useMutation("post", "/charge-points/{id}/credential");
  const [error, setError] = useState<unknown>();
  const key = make.data?.key;
  const url = address.data?.url ?? "";
  const secure = url.startsWith("wss:");
  const ask = async () => {
    setError(undefined);
    try {
      await make.mutateAsync({ params: { path: { id: point.id } } });
    } catch (thrown) {
      setError(thrown);
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={t("key.title", { name: point.name })}
      closeButtonProps={{ "aria-label": t("action.close") }}
      closeOnClickOutside={key === undefined}
    >
      <Stack>
        <p style={{ margin: 0 }}>{t("key.words")}</p>
        <dl className={classes.rows}>
          <Copied label={t("key.address")} value={url} />
          <Copied label={t("key.identity")} value={point.identity} />
          <div>
            <dt>{t("key.profile")}</dt>
            <dd>{secure ? t("key.profile.2") : t("key.profile.1")}</dd>
          </div>
          {key !== undefined && <Copied label={t("key.key")} value={key} />}
        </dl>
        {!secure && address.data && <p style={{ margin: 0, color: "var(--warn)" }}>{t("key.insecure")}</p>}
        <p style={{ margin: 0 }} role="status">
          {key !== undefined ? t("key.once") : point.credentialSetAt ? t("key.replaces") : t("key.none")}
        </p>
        {error !== undefined && <ErrorNotice error={error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {key === undefined ? t("action.close") : t("key.done")}
          </Button>
          {key === undefined && (
            <Button leftSection={<IconKey size={16} />} loading={make.isPending} onClick={() => void ask()}>
              {point.credentialSetAt ? t("key.renew") : t("key.make")}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}

function Copied({ label, value }: { label: string; value: string }) {
  const { t } = useText();
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <span className={classes.value} data-copied={label}>
          {value}
        </span>
        <CopyButton value={value}>
          {({ copied, copy }) => (
            <ActionIcon
              variant="default"
              size={36}
              aria-label={copied ? t("action.copied") : t("action.copyOne", { name: label })}
              onClick={copy}
            >
              {copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
            </ActionIcon>
          )}
        </CopyButton>
      </dd>
    </div>
  );
}
