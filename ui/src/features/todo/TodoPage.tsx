import { Button } from "@mantine/core";
import { IconChevronRight, IconSun } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { api } from "../../api/query";
import type { TodoItem } from "../../api/views";
import { begun } from "../../i18n/format";
import { useText } from "../../i18n/text";
import { Card } from "../../parts/Card";
import { EmptyState } from "../../parts/EmptyState";
import { Loaded } from "../../parts/Loaded";
import { PageHeader } from "../../parts/PageHeader";
import { useNow } from "../../parts/useNow";
import { Allowed } from "../../shell/Allowed";
import { useFacilityChoice } from "../../shell/facilityChoice";
import { can, useMe } from "../../shell/session";
import { LedgerLine } from "./LedgerLine";
import { SetupChecklist } from "./SetupChecklist";
import classes from "./TodoPage.module.css";
import { todoHere } from "./todoHere";
import { todoKind } from "./todoKinds";

/** The start page: what waits, how long it has waited, and where it is done. */
export function TodoPage() {
  const { t, format } = useText();
  const now = useNow();
  const place = useFacilityChoice();
  const todo = api.useQuery("get", "/todo", {});
  const day = format.longDay(now);
  return (
    <div className={classes.page}>
      <Loaded query={todo}>
        {({ items }) => {
          const shown = todoHere(items, place);
          const waiting = shown.reduce((sum, item) => sum + item.count, 0);
          const oldest = shown.flatMap((item) => item.oldestAt ?? []).sort()[0];
          return (
            <>
              <PageHeader
                title={`${begun(day)} · ${format.week(now)}`}
                subtitle={
                  waiting === 0
                    ? t("todo.nothing")
                    : oldest
                      ? t("todo.waitingSince", { count: waiting, age: format.age(oldest, now) })
                      : t("todo.waiting", { count: waiting })
                }
              />
              <div className={classes.columns}>
                <Card title={t("todo.title")} flush>
                  {shown.length === 0 ? (
                    <EmptyState icon={IconSun} title={t("todo.allDone")}>
                      {t("todo.allDoneWords", { time: format.time(now) })}
                    </EmptyState>
                  ) : (
                    <TodoList items={shown} now={now} />
                  )}
                </Card>
                <div className={classes.side}>
                  <SetupChecklist />
                  <LedgerLine />
                  <QuickStart />
                </div>
              </div>
            </>
          );
        }}
      </Loaded>
    </div>
  );
}

function TodoList({ items, now }: { items: TodoItem[]; now: Date }) {
  const { word, format, t } = useText();
  const { facilities, facility, choose } = useFacilityChoice();
  return (
    <ul className={classes.list}>
      {items.map((item) => {
        const { icon: Icon, tone, to, search } = todoKind(item.kind);
        const where = facilities.find((each) => each.id === item.facilityId);
        return (
          <li key={`${item.kind}-${item.facilityId ?? ""}`}>
            <Link
              to={to}
              search={search as never}
              className={classes.item}
              onClick={() => where && where.id !== facility?.id && choose(where.id)}
            >
              <span className={classes.icon} data-tone={tone}>
                <Icon size={20} stroke={1.7} aria-hidden="true" />
              </span>
              <span className={classes.words}>
                <strong>{word("todo.kind", item.kind, "todo.kind.other", { count: item.count })}</strong>
                <span className={classes.why}>
                  {[where?.name, word("todo.why", item.kind, "todo.why.other")].filter(Boolean).join(" · ")}
                </span>
              </span>
              {item.oldestAt && (
                <span className={classes.age} title={t("todo.oldest")}>
                  {format.age(item.oldestAt, now)}
                </span>
              )}
              <span className={classes.count}>{format.number(item.count)}</span>
              <IconChevronRight size={18} aria-hidden="true" className={classes.arrow} />
            </Link>
          </li>
        );
      })}
    </ul>
  );
}

/** What is done most, for those who may do any of it. */
function QuickStart() {
  const { t } = useText();
  const me = useMe();
  if (!QUICK.some((permission) => can(me, permission))) return null;
  return (
    <Card title={t("todo.quick")}>
      <div className={classes.quick}>
        <Allowed to="change_person">
          <Button component={Link} to="/people" search={{ create: "1" } as never} variant="default">
            {t("palette.newPerson")}
          </Button>
        </Allowed>
        <Allowed to="import">
          <Button component={Link} to="/imports/new" variant="default">
            {t("palette.import")}
          </Button>
        </Allowed>
        <Allowed to="issue_letter">
          <Button component={Link} to="/letters" variant="default">
            {t("letters.print")}
          </Button>
        </Allowed>
      </div>
    </Card>
  );
}

const QUICK = ["change_person", "import", "issue_letter"] as const;
