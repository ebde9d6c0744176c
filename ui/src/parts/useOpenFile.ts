import { fetchFile } from "../api/client";
import { useText } from "../i18n/text";
import { useHost } from "../shell/Providers";
import { showProblem } from "./ErrorNotice";

/** Opens a file that the host draws, or says why it cannot. */
export function useOpenFile(): (path: string) => Promise<void> {
  const text = useText();
  const host = useHost();
  return async (path) => {
    try {
      const { name, blob } = await fetchFile(path);
      await host.openFile(name, blob);
    } catch (error) {
      showProblem(error, text);
    }
  };
}
