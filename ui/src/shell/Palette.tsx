import { useMantineColorScheme } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { Spotlight, spotlight } from "@mantine/spotlight";
import {
  IconBuildingCommunity,
  IconBuildingSkyscraper,
  IconChargingPile,
  IconClock,
  IconDoor,
  IconKeyboard,
  IconLogout,
  IconMoonStars,
  IconPlus,
  IconSearch,
  IconUser,
  type TablerIcon,
} from "@tabler/icons-react";
import { keepPreviousData } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../api/query";

import { useText } from "../i18n/text";
import { Keys } from "../parts/Keys";
import { useFacilityChoice } from "./facilityChoice";
import { type Recent, useRecents } from "./recents";
import { ROOMS, SETTINGS, SETTINGS_PAGES } from "./rooms";
import { can, useMe, useSignOut } from "./session";
import { IS_MAC } from "./shortcuts";

interface Act {
  key: string;
  title: string;
  icon: TablerIcon;
  keys?: readonly string[];
  run: () => void;
}

const HIT_ICONS: Record<string, TablerIcon> = {
  person: IconUser,
  unit: IconDoor,
  charge_point: IconChargingPile,
  facility: IconBuildingCommunity,
  organisation: IconBuildingSkyscraper,
};
const TYPING_PAUSE_MS = 140;

/** Everything one keystroke away: records, rooms, actions; what was used last comes first. */
export function Palette({ onShortcuts }: { onShortcuts: () => void }) {
  const { t } = useText();
  const [query, setQuery] = useState("");
  const [asked] = useDebouncedValue(query.trim(), TYPING_PAUSE_MS);
  const { recents, remember } = useRecents();
  const navigate = useNavigate();
  const hits = api.useQuery(
    "get",
    "/search",
    { params: { query: { q: asked } } },
    { enabled: asked.length > 1, placeholderData: keepPreviousData },
  );
  const acts = useActs(onShortcuts).filter((act) =>
    act.title.toLowerCase().includes(query.trim().toLowerCase()),
  );

  const go = (recent: Recent) => {
    remember(recent);
    void navigate({ to: recent.to, search: recent.search } as never);
  };
  const found = asked.length > 1 ? (hits.data?.items ?? []) : [];
  return (
    <Spotlight.Root
      query={query}
      onQueryChange={setQuery}
      shortcut={["mod + K", "mod + shift + F"]}
      scrollable
      maxHeight={440}
      centered={false}
      yOffset="12vh"
      overlayProps={{ blur: 0, backgroundOpacity: 0.4 }}
    >
      <Spotlight.Search
        placeholder={t("palette.placeholder")}
        aria-label={t("palette.placeholder")}
        leftSection={<IconSearch size={18} aria-hidden="true" />}
        onKeyDown={(event) => {
          // Records arrive after the list chose its first entry; Enter then means the best of them.
          if (event.key !== "Enter" || document.querySelector("[data-selected]")) return;
          event.preventDefault();
          spotlight.close();
          const best = found[0];
          if (best) go({ key: `${best.kind}-${best.id}`, title: best.title, ...placeOf(best) });
          else acts[0]?.run();
        }}
      />
      <Spotlight.ActionsList>
        {query.trim() === "" && recents.length > 0 && (
          <Spotlight.ActionsGroup label={t("palette.recent")}>
            {recents.map((recent) => (
              <Spotlight.Action
                key={recent.key}
                label={recent.title}
                leftSection={<IconClock size={18} aria-hidden="true" />}
                onClick={() => go(recent)}
              />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {found.length > 0 && (
          <Spotlight.ActionsGroup label={t("palette.records")}>
            {found.map((hit) => {
              const Icon = HIT_ICONS[hit.kind] ?? IconSearch;
              return (
                <Spotlight.Action
                  key={`${hit.kind}-${hit.id}`}
                  label={hit.title}
                  description={hit.subtitle ?? undefined}
                  leftSection={<Icon size={18} aria-hidden="true" />}
                  onClick={() => go({ key: `${hit.kind}-${hit.id}`, title: hit.title, ...placeOf(hit) })}
                />
              );
            })}
          </Spotlight.ActionsGroup>
        )}
        {acts.length > 0 && (
          <Spotlight.ActionsGroup label={t("palette.actions")}>
            {acts.map((act) => (
              <Spotlight.Action
                key={act.key}
                label={act.title}
                leftSection={<act.icon size={18} aria-hidden="true" />}
                rightSection={act.keys && <Keys keys={act.keys} mac={IS_MAC} />}
                onClick={act.run}
              />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {acts.length === 0 && found.length === 0 && <Spotlight.Empty>{t("palette.nothing")}</Spotlight.Empty>}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

export function openPalette(): void {
  spotlight.open();
}

/** Where a record is shown. */
export function placeOf(hit: { kind: string; id: string }): {
  to: string;
  search?: Record<string, string>;
} {
  switch (hit.kind) {
    case "person":
      return { to: "/people", search: { open: hit.id } };
    case "unit":
      return { to: "/units", search: { open: hit.id } };
    case "charge_point":
      return { to: "/charge-points", search: { open: hit.id } };
    case "facility":
      return { to: "/facilities", search: { open: hit.id } };
    case "organisation":
      return { to: "/organisations", search: { open: hit.id } };
    default:
      return { to: "/" };
  }
}

function useActs(onShortcuts: () => void): Act[] {
  const { t } = useText();
  const me = useMe();
  const navigate = useNavigate();
  const signOut = useSignOut();
  const { facilities, choose } = useFacilityChoice();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const to = (path: string, search?: Record<string, string>) => () =>
    void navigate({ to: path, search } as never);
  const rooms = [...ROOMS.flatMap((group) => group.rooms), SETTINGS]
    .filter((room) => !room.permissions || room.permissions.some((permission) => can(me, permission)))
    .map((room) => ({
      key: room.to,
      title: t("palette.goTo", { room: t(room.text) }),
      icon: room.icon,
      run: to(room.to),
      ...(room === SETTINGS ? { keys: ["Ctrl", ","] } : {}),
    }));
  // A room goes before a page of the settings that is called alike.
  const settings = SETTINGS_PAGES.filter((page) => !page.permission || can(me, page.permission)).map(
    (page) => ({
      key: page.to,
      title: t("palette.inSettings", {
        page: [page.text, ...(page.also ?? [])].map((key) => t(key)).join(", "),
      }),
      icon: SETTINGS.icon,
      run: to(page.to),
    }),
  );
  const makes = [
    {
      key: "new-person",
      title: t("palette.newPerson"),
      icon: IconPlus,
      run: to("/people", { create: "1" }),
      permission: "change_person",
    },
    {
      key: "import",
      title: t("palette.import"),
      icon: IconPlus,
      run: to("/imports/new"),
      permission: "import",
    },
  ] as const;
  return [
    ...makes.filter(({ permission }) => can(me, permission)),
    ...rooms,
    ...settings,
    ...facilities.map((facility) => ({
      key: facility.id,
      title: t("palette.workIn", { facility: facility.name }),
      icon: IconBuildingCommunity,
      run: () => choose(facility.id),
    })),
    {
      key: "appearance",
      title: colorScheme === "dark" ? t("palette.light") : t("palette.dark"),
      icon: IconMoonStars,
      run: () => setColorScheme(colorScheme === "dark" ? "light" : "dark"),
    },
    { key: "shortcuts", title: t("shortcuts.title"), icon: IconKeyboard, keys: ["?"], run: onShortcuts },
    {
      key: "sign-out",
      title: t("account.signOut"),
      icon: IconLogout,
      run: () => void signOut(() => navigate({ to: "/sign-in" } as never)),
    },
  ];
}
