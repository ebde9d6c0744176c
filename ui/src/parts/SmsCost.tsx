import type { SmsEstimate } from "../api/views";
import { useText } from "../i18n/text";

/** What SMS will cost, before anybody sends them. */
export function SmsCost({ estimate }: { estimate: SmsEstimate }) {
  const { t, format } = useText();
  const { messages, parts, partPrice, cost } = estimate;
  return (
    <p style={{ margin: 0 }}>
      {partPrice && cost
        ? t("sms.costs", {
            messages,
            parts,
            price: format.smsPrice(partPrice.tenThousandths, partPrice.currency),
            cost: format.smsPrice(cost.tenThousandths, cost.currency),
          })
        : t("sms.costUnknown", { messages, parts })}
    </p>
  );
}
