import type { ForeseenMove } from "../api/views";
import { useText } from "../i18n/text";
import { useAccountWords } from "./accountWords";
import { ErrorNotice } from "./ErrorNotice";
import { Moves } from "./Moves";

/** What something will post, hold or let go, told before it is confirmed: which accounts, and how much of each. */
export function ForeseenMoves({
  moves,
  error,
  title,
}: {
  moves: readonly ForeseenMove[] | undefined;
  error: unknown;
  /** Where it is not posted at once. */
  title?: string;
}) {
  const { t } = useText();
  const words = useAccountWords();
  if (error != null) return <ErrorNotice error={error} />;
  if (!moves || moves.length === 0) return null;
  const all = (step: string) => moves.every((move) => move.step === step);
  const does = all("pending")
    ? t("transfer.foreseenHeld")
    : all("void")
      ? t("transfer.foreseenFreed")
      : t("transfer.foreseen");
  return (
    <div>
      <p style={{ margin: 0, fontWeight: 500 }}>{title ?? does}</p>
      <Moves
        label={title ?? does}
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
