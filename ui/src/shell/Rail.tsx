import { Link, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { api } from "../api/query";
import { todoHere } from "../features/todo/todoHere";
import { useText } from "../i18n/text";
import { NameMark } from "../parts/Mark";
import { FacilitySwitcher } from "./FacilitySwitcher";
import { useFacilityChoice } from "./facilityChoice";
import classes from "./Rail.module.css";
import { ROOMS, type Room, SETTINGS } from "./rooms";
import { can, useMe } from "./session";

/** More than this has no room beside, or over, an icon; the page says how many they are. */
const MOST = 999;

/** The rail: where one is, and where one can go. Rooms one may not enter are not shown. */
export function Rail() {
  const { t } = useText();
  const me = useMe();
  const todo = api.useQuery("get", "/todo", {});
  const place = useFacilityChoice();
  const waiting = todoHere(todo.data?.items ?? [], place).reduce((sum, item) => sum + item.count, 0);
  const open = (room: Room) =>
    !room.permissions || room.permissions.some((permission) => can(me, permission));
  return (
    <nav className={classes.rail} aria-label={t("rail.label")}>
      <Link to="/" className={classes.mark}>
        <NameMark />
      </Link>
      <FacilitySwitcher />
      <div className={classes.rooms}>
        {ROOMS.map((group) => (
          <div key={group.title ?? "top"} className={classes.group}>
            {group.title && <p className={classes.title}>{t(group.title)}</p>}
            {group.rooms.filter(open).map((room) => (
              <RailLink key={room.to} room={room} count={room.to === "/" ? waiting : 0} />
            ))}
          </div>
        ))}
      </div>
      <RailLink room={SETTINGS} count={0} />
    </nav>
  );
}

function RailLink({ room, count }: { room: Room; count: number }) {
  const { t, format } = useText();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const here = room.to === "/" ? path === "/" || path === "" : path.startsWith(room.to);
  const Icon = room.icon;
  const link = useRef<HTMLAnchorElement>(null);
  // However one came here: the room one is in stands in sight.
  useEffect(() => {
    if (here) link.current?.scrollIntoView({ block: "nearest" });
  }, [here]);
  return (
    <Link ref={link} to={room.to} className={classes.link} aria-current={here ? "page" : undefined}>
      <Icon size={18} stroke={1.7} aria-hidden="true" />
      <span className={classes.word}>{t(room.text)}</span>
      {count > 0 && (
        <span className={classes.count} title={format.number(count)}>
          {count > MOST ? `${MOST}+` : count}
        </span>
      )}
    </Link>
  );
}
