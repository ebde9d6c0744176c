import { Alert } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { api } from "../api/query";
import { useText } from "../i18n/text";
import { isLocalAddress } from "./localAddress";

/** Warns that letters, mails and charge points are given an address that leads nowhere from elsewhere. */
export function LocalAddressNotice() {
  const { t } = useText();
  const address = api.useQuery("get", "/settings/address", {});
  if (!address.data || !isLocalAddress(address.data.publicUrl)) return null;
  return (
    <Alert color="orange" mb="sm" icon={<IconAlertTriangle size={18} />} title={t("address.localTitle")}>
      {t("address.localWords", { address: address.data.publicUrl })}{" "}
      <Link to="/settings/installation">{t("address.change")}</Link>
    </Alert>
  );
}
