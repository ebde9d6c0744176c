import { Button, FileButton } from "@mantine/core";
import { IconPhoto, IconTrash } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { fetchFile, sendBytes } from "../../api/client";
import { Problem } from "../../api/problem";
import { api, invalidate } from "../../api/query";
import { tagsOf } from "../../api/tags";
import type { Logo, Organisation } from "../../api/views";
import { useText } from "../../i18n/text";
import { ConsentDialog } from "../../parts/ConsentDialog";
import { ErrorNotice } from "../../parts/ErrorNotice";
import { Loaded } from "../../parts/Loaded";
import { Section } from "../../parts/Section";
import { said } from "../../parts/undo";
import { usePictureDrops } from "../../shell/pictureDrops";
import { can, useMe } from "../../shell/session";
import classes from "./LogoSection.module.css";

// As the host has it.
const MAX_BYTES = 2_000_000;

/** The picture that the papers of an organisation carry. */
export function LogoSection({ organisation }: { organisation: Organisation }) {
  const { t, format } = useText();
  const me = useMe();
  const queryClient = useQueryClient();
  const path = { id: organisation.id };
  const query = api.useQuery("get", "/organisations/{id}/logo", { params: { path } });
  const remove = api.useMutation("delete", "/organisations/{id}/logo");
  const [removing, setRemoving] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const reset = useRef<() => void>(null);
  const mayChange = can(me, "change_organisation");
  const logo = query.data?.logo;
  const set = async (file: File | null) => {
    // The same file can be chosen again, once it has been put right.
    reset.current?.();
    if (!file) return;
    setError(undefined);
    setBusy(true);
    try {
      if (file.size > MAX_BYTES) throw new Problem({ status: 409, code: "logo.too_heavy" });
      await sendBytes<Logo>(`/organisations/${organisation.id}/logo`, file, {}, "PUT");
      await invalidate(queryClient, tagsOf("invalidates", "put", "/organisations/{id}/logo", path));
      said(t("logo.saved"));
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  };
  usePictureDrops(mayChange, (file) => void set(file));
  return (
    <Section title={t("logo.title")}>
      <Loaded query={query}>
        {({ logo: kept }) =>
          kept ? (
            <OnPaper organisation={organisation} logo={kept} />
          ) : (
            <p className={classes.soft}>{t("logo.none")}</p>
          )
        }
      </Loaded>
      {mayChange && query.data && (
        <>
          <p className={classes.soft}>{t("logo.words")}</p>
          <p className={classes.small}>{t("logo.formats", { size: format.fileSize(MAX_BYTES) })}</p>
          <div className={classes.actions}>
            <FileButton resetRef={reset} accept="image/png,image/jpeg" onChange={(file) => void set(file)}>
              {(props) => (
                <Button
                  {...props}
                  size="compact-sm"
                  variant="default"
                  loading={busy}
                  leftSection={<IconPhoto size={14} />}
                >
                  {t(logo ? "logo.replace" : "logo.choose")}
                </Button>
              )}
            </FileButton>
            {logo && (
              <Button
                size="compact-sm"
                variant="subtle"
                leftSection={<IconTrash size={14} />}
                onClick={() => setRemoving(true)}
              >
                {t("logo.remove")}
              </Button>
            )}
          </div>
        </>
      )}
      {error !== undefined && <ErrorNotice error={error} />}
      {removing && (
        <ConsentDialog
          title={t("logo.remove")}
          confirm={t("action.remove")}
          danger
          onClose={() => setRemoving(false)}
          onConfirm={() => remove.mutateAsync({ params: { path } })}
        >
          <p style={{ margin: 0 }}>{t("logo.removeWords")}</p>
        </ConsentDialog>
      )}
    </Section>
  );
}

/** A logo on white in its true size, beside the name, as at the head of an invoice. */
function OnPaper({ organisation, logo }: { organisation: Organisation; logo: Logo }) {
  const { t } = useText();
  const file = useQuery({
    queryKey: ["logo-file", organisation.id, logo.id],
    queryFn: async () => (await fetchFile(`/organisations/${organisation.id}/logo/file`)).blob,
    // What an id stands for never changes.
    staleTime: Number.POSITIVE_INFINITY,
  });
  const address = useAddress(file.data);
  if (file.isError) return <ErrorNotice error={file.error} />;
  return (
    <figure className={classes.figure}>
      <div className={classes.paper}>
        {address ? (
          <img
            src={address}
            alt={t("logo.alt", { name: organisation.name })}
            className={classes.logo}
            style={{ width: `${widthOnPaper(logo)}mm` }}
          />
        ) : (
          <span className={classes.waiting} />
        )}
        <span className={logo.width > 2 * logo.height ? classes.quiet : classes.name}>
          {organisation.name}
        </span>
      </div>
      <figcaption className={classes.small}>{t("logo.onPaper")}</figcaption>
    </figure>
  );
}

/** As wide as the host draws it: sixty millimetres, or fourteen high. */
function widthOnPaper({ width, height }: Logo): number {
  return Math.min(60, (14 * width) / height);
}

/** An address of these bytes for as long as they are shown. */
function useAddress(blob: Blob | undefined): string | undefined {
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    if (!blob) return;
    const made = URL.createObjectURL(blob);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return address;
}
