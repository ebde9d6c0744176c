// What every screen stands on, in the desk and in the portal alike.
import { localStorageColorSchemeManager, MantineProvider } from "@mantine/core";
import { notificationsStore } from "@mantine/notifications";
import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createContext, lazy, type ReactNode, Suspense, useContext, useEffect, useState } from "react";
import type { Host } from "../host";
import { TextProvider } from "../i18n/text";
import { cssVariables, theme } from "../theme";
import { type Spoken, useSpoken } from "./language";

const appearance = localStorageColorSchemeManager({ key: "stolpe.appearance" });
const Toasts = lazy(async () => ({ default: (await import("./Toasts")).Toasts }));
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
  spoken: first,
  children,
}: {
  host: Host;
  queryClient: QueryClient;
  /** The language of the first screen. */
  spoken: Spoken;
  children: ReactNode;
}) {
  const { language, catalogue } = useSpoken(first);
  useEffect(() => {
    document.documentElement.lang = language;
    host.speak(language);
  }, [language, host]);
  return (
    <HostContext.Provider value={host}>
      <QueryClientProvider client={queryClient}>
        <TextProvider language={language} catalogue={catalogue}>
          <MantineProvider
            theme={theme}
            cssVariablesResolver={cssVariables}
            colorSchemeManager={appearance}
            defaultColorScheme="auto"
          >
            <ToastsWhenNeeded />
            {children}
          </MantineProvider>
        </TextProvider>
      </QueryClientProvider>
    </HostContext.Provider>
  );
}

/** The corner for short news is fetched with the first of it, which waits in the store until then. */
function ToastsWhenNeeded() {
  const [needed, setNeeded] = useState(false);
  useEffect(() => notificationsStore.subscribe(() => setNeeded(true)), []);
  return (
    needed && (
      <Suspense>
        <Toasts />
      </Suspense>
    )
  );
}
