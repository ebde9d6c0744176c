import "@mantine/dropzone/styles.css";
import { Text } from "@mantine/core";
import { Dropzone } from "@mantine/dropzone";
import { IconFileSpreadsheet } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { Problem } from "../../api/problem";
import { useText } from "../../i18n/text";
import { showProblem } from "../../parts/ErrorNotice";
import { useHost } from "../../shell/Providers";
import { tookPicture } from "../../shell/pictureDrops";
import { can, useMe } from "../../shell/session";
import classes from "./Imports.module.css";

/** A file that is dropped anywhere on the desk is taken to where such files are read, whichever room one is in. */
export function DropAnywhere() {
  const text = useText();
  const { t } = text;
  const navigate = useNavigate();
  const me = useMe();
  const mayImport = can(me, "import");
  const take = (file: File) => {
    if (tookPicture(file)) return;
    const to = can(me, "manage_charging") && isPriceFile(file) ? "/market-prices" : "/imports/new";
    void navigate({ to, state: { dropped: file } });
  };
  const isOver = useShellDrops(mayImport, take);
  const words = (
    <div className={classes.inAnywhere}>
      <IconFileSpreadsheet size={56} stroke={1.4} aria-hidden="true" />
      <Text fw={600} size="lg">
        {t("import.drop")}
      </Text>
    </div>
  );
  return (
    <>
      <Dropzone.FullScreen
        active={mayImport}
        activateOnKeyboard={false}
        multiple={false}
        onDrop={([file]) => file && take(file)}
        onReject={() => showProblem(new Problem({ status: 409, code: "import.wrong_kind" }), text)}
        // It is there all the time, unseen, and nobody can reach it but with a dragged file.
        aria-hidden
        className={classes.anywhere}
      >
        {words}
      </Dropzone.FullScreen>
      {isOver && (
        <div role="status" className={`${classes.anywhere} ${classes.over}`}>
          {words}
        </div>
      )}
    </>
  );
}

/** Lists of people are neither. */
function isPriceFile({ name }: File): boolean {
  return /\.(json|xml)$/i.test(name);
}

/** Takes the files that come by way of the shell; answers whether one is over the window. */
function useShellDrops(active: boolean, onFile: (file: File) => void): boolean {
  const host = useHost();
  const text = useText();
  const [isOver, setOver] = useState(false);
  // Listening anew for each rendering would miss what comes meanwhile.
  const latest = useRef({ onFile, text });
  useEffect(() => {
    latest.current = { onFile, text };
  });
  useEffect(() => {
    if (!active) return;
    return host.followDrops(setOver, (dropped) => {
      dropped.then(
        (file) => latest.current.onFile(file),
        (error: unknown) => showProblem(error, latest.current.text),
      );
    });
  }, [host, active]);
  return isOver;
}
