import type { Connector } from "../../api/views";
import { useText } from "../../i18n/text";
import classes from "./ConnectorList.module.css";
import { ConnectorBadge } from "./ShownBadge";
import { moment } from "./shownState";

/** The connectors of a charge point: how each is, when that was heard, and what else it said. */
export function ConnectorList({ connectors, now }: { connectors: readonly Connector[]; now: Date }) {
  const { t, format } = useText();
  if (connectors.length === 0) return <p className={classes.none}>{t("connector.none")}</p>;
  return (
    <ul className={classes.list}>
      {connectors.map((connector) => (
        <li key={connector.number}>
          <strong style={{ fontWeight: 600 }}>{t("connector.one", { number: connector.number })}</strong>
          <ConnectorBadge connector={connector} />
          <span className={classes.words}>
            {[
              t("charging.asOf", { time: moment(connector.heardAt, now, format) }),
              connector.vendorErrorCode && t("connector.vendorCode", { code: connector.vendorErrorCode }),
              connector.info,
            ]
              .filter(Boolean)
              .join(" · ")}
          </span>
        </li>
      ))}
    </ul>
  );
}
