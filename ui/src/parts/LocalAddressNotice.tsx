import { Alert } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useText } from "../i18n/text";
import { isLocalAddress } from "./localAddress";

/** Warns that letters, mails or charge points are given an address that leads nowhere from elsewhere. */
export function LocalAddressNotice({ address }: { address: string | undefined }) {
  const { t } = useText();
  if (address === undefined || !isLocalAddress(address)) return null;
  return (
    <Alert color="orange" mb="sm" icon={<IconAlertTriangle size={18} />} title={t("address.localTitle")}>
      {t("address.localWords", { address })} <Link to="/settings/installation">{t("address.change")}</Link>
    </Alert>
  );
}
