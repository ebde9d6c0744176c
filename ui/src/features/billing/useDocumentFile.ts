// A document as a file: looked at, or kept where the user says.
import { fetchFile } from "../../api/client";
import { useText } from "../../i18n/text";
import { showProblem } from "../../parts/ErrorNotice";
import { useHost } from "../../shell/Providers";

export function useDocumentFile() {
  const text = useText();
  const host = useHost();
  const withFile = async (
    document: { id: string },
    act: (name: string, blob: Blob) => Promise<unknown>,
    form: "file" | "e-invoice" | "specification" = "file",
  ) => {
    try {
      const { name, blob } = await fetchFile(`/documents/${document.id}/${form}`);
      await act(name, blob);
    } catch (error) {
      showProblem(error, text);
    }
  };
  return {
    open: (document: { id: string }) => void withFile(document, host.openFile),
    save: (document: { id: string }) => void withFile(document, host.saveFile),
    saveSpecification: (document: { id: string }) => void withFile(document, host.saveFile, "specification"),
    saveEInvoice: (document: { id: string }) => void withFile(document, host.saveFile, "e-invoice"),
  };
}
