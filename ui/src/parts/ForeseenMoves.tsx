import type { ForeseenMove } from "../api/views";
import { useText } from "../i18n/text";
import { useAccountWords } from "./accountWords";
import { ErrorNotice } from "./ErrorNotice";
import { Moves } from "./Moves";

/** What something will post, told before it is confirmed: which accounts, and how much of each. */
export function ForeseenMoves({
  moves,
  error,
}: {
  moves: readonly ForeseenMove[] | undefined;
  error: unknown;
}) {
  const { t } = useText();
  const words = useAccountWords();
  if (error != null) return <ErrorNotice error={error} />;
  if (!moves || moves.length === 0) return null;
  return (
    <div>
      <p style={{ margin: 0, fontWeight: 500 }}>{t("transfer.foreseen")}</p>
      <Moves
        label={t("transfer.foreseen")}
        moves={moves.map(({ debit, credit, amount }, place) => ({
          key: String(place),
          debit: words.name(debit),
          credit: words.name(credit),
          amount: words.amount(amount, debit.asset),
        }))}
      />
    </div>
  );
}
