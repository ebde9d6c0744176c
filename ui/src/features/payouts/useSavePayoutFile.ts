import { useQueryClient } from "@tanstack/react-query";
import { fetchFile } from "../../api/client";
import { invalidate } from "../../api/query";
import { tagsOf } from "../../api/tags";
import { useText } from "../../i18n/text";
import { showProblem } from "../../parts/ErrorNotice";
import { useHost } from "../../shell/Providers";

/** Hands a file for the bank over; with the first time, its payouts are said to be sent. */
export function useSavePayoutFile() {
  const text = useText();
  const host = useHost();
  const queryClient = useQueryClient();
  return async (id: string) => {
    try {
      const { name, blob } = await fetchFile(`/payout-files/${id}/fetch`, "POST");
      await host.saveFile(name, blob);
    } catch (error) {
      showProblem(error, text);
    }
    void invalidate(queryClient, tagsOf("invalidates", "post", "/payout-files/{id}/fetch"));
  };
}
