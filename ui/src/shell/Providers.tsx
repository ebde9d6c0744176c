// What every screen stands on, in the desk and in the portal alike.
import "dayjs/locale/en-gb";
import "dayjs/locale/nb";
import "dayjs/locale/sv";
import { localStorageColorSchemeManager, MantineProvider } from "@mantine/core";
import { DatesProvider } from "@mantine/dates";
import { ModalsProvider } from "@mantine/modals";
import { Notifications } from "@mantine/notifications";
import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect } from "react";
import type { Host } from "../host";
import { TextProvider, useText } from "../i18n/text";
import { cssVariables, theme } from "../theme";
import { useLanguage } from "./language";

const appearance = localStorageColorSchemeManager({ key: "stolpe.appearance" });
const HostContext = createContext<Host | null>(null);

/** The shell around this page. */
export function useHost(): Host {
  const host = useContext(HostContext);
  if (!host) throw new Error("useHost is called outside Providers");
  return host;
}

export function Providers({
  host,
  queryClient,
  children,
}: {
  host: Host;
  queryClient: QueryClient;
  children: ReactNode;
}) {
  const [language] = useLanguage();
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  return (
    <HostContext.Provider value={host}>
      <QueryClientProvider client={queryClient}>
        <TextProvider language={language}>
          <MantineProvider
            theme={theme}
            cssVariablesResolver={cssVariables}
            colorSchemeManager={appearance}
            defaultColorScheme="auto"
          >
            <DatesProvider
              settings={{
                locale: language === "en" ? "en-gb" : language,
                firstDayOfWeek: 1,
                weekendDays: [0, 6],
              }}
            >
              <Layers>{children}</Layers>
            </DatesProvider>
          </MantineProvider>
        </TextProvider>
      </QueryClientProvider>
    </HostContext.Provider>
  );
}

function Layers({ children }: { children: ReactNode }) {
  const { t } = useText();
  return (
    <ModalsProvider
      labels={{ confirm: t("action.confirm"), cancel: t("action.cancel") }}
      modalProps={{ closeButtonProps: { "aria-label": t("action.close") } }}
    >
      <Notifications position="bottom-right" limit={4} />
      {children}
    </ModalsProvider>
  );
}
