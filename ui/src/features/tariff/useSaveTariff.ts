import { ifMatch } from "../../api/client";
import { api } from "../../api/query";
import type { Tariff, TariffComponent } from "../../api/views";
import { useText } from "../../i18n/text";
import { useUndo } from "../../parts/undo";

/** Saves the rows of a tariff, and offers to take that back. */
export function useSaveTariff(
  facilityId: string,
): (tariff: Tariff, rows: TariffComponent[]) => Promise<Tariff> {
  const { t } = useText();
  const offerUndo = useUndo();
  const put = api.useMutation("put", "/tariff");
  const save = (tariff: Tariff, rows: TariffComponent[]) =>
    put.mutateAsync({
      params: { query: { facilityId } },
      headers: ifMatch(tariff),
      body: { components: rows },
    });
  return async (tariff, rows) => {
    const saved = await save(tariff, rows);
    const before = tariff.tariff?.components;
    // A tariff without any row is none: the first save cannot be taken back.
    if (before) {
      offerUndo(t("tariff.saved"), async () => {
        const back = await save(saved, [...before]);
        return () => save(back, rows);
      });
    }
    return saved;
  };
}
