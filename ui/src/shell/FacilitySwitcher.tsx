import { Menu, TextInput, VisuallyHidden } from "@mantine/core";
import { IconCheck, IconSearch, IconSelector } from "@tabler/icons-react";
import { Fragment, useState } from "react";
import { useText } from "../i18n/text";
import { shadeOf } from "../parts/colours";
import { MenuGroup } from "../parts/MenuGroup";
import classes from "./FacilitySwitcher.module.css";
import { useFacilityChoice } from "./facilityChoice";

const SEARCH_FROM = 7;

/** The facility one works in, with its colour, so that work in the wrong place is noticed. */
export function FacilitySwitcher() {
  const { t } = useText();
  const { facility, facilities, organisation, organisations, choose, isPending } = useFacilityChoice();
  const [wanted, setWanted] = useState("");
  const shown = facilities.filter((each) =>
    `${each.name} ${each.code}`.toLowerCase().includes(wanted.toLowerCase()),
  );
  if (isPending || facilities.length === 0) return <div className={classes.placeholder} />;
  return (
    <Menu position="bottom-start" width={264} onClose={() => setWanted("")}>
      <Menu.Target>
        <button type="button" className={classes.switch}>
          <span
            className={classes.colour}
            style={{ background: facility ? shadeOf(facility.colour) : "var(--rail-ink-soft)" }}
            aria-hidden="true"
          />
          <VisuallyHidden>{t("facility.switch")}</VisuallyHidden>
          <span className={classes.words}>
            <span className={classes.name}>{facility?.name ?? t("facility.all")}</span>
            <span className={classes.code}>
              {facility
                ? [facility.code, facility.priceArea].filter(Boolean).join(" · ")
                : organisation?.name}
            </span>
          </span>
          <IconSelector size={16} aria-hidden="true" />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {facilities.length >= SEARCH_FROM && (
          <TextInput
            m={4}
            size="xs"
            aria-label={t("facility.find")}
            placeholder={t("facility.find")}
            leftSection={<IconSearch size={14} aria-hidden="true" />}
            value={wanted}
            onChange={(event) => setWanted(event.currentTarget.value)}
          />
        )}
        {organisations.map((owner) => {
          const own = shown.filter((each) => each.organisationId === owner.id);
          const items = (
            <>
              {facilities.length > 1 && (
                <Menu.Item
                  onClick={() => choose(owner.id)}
                  rightSection={
                    !facility &&
                    owner.id === organisation?.id && <IconCheck size={16} aria-label={t("state.chosen")} />
                  }
                >
                  {t("facility.all")}
                </Menu.Item>
              )}
              {own.map((each) => (
                <Menu.Item
                  key={each.id}
                  onClick={() => choose(each.id)}
                  leftSection={<span className={classes.dot} style={{ background: shadeOf(each.colour) }} />}
                  rightSection={
                    each.id === facility?.id && <IconCheck size={16} aria-label={t("state.chosen")} />
                  }
                >
                  {each.name} <span className={classes.inMenu}>{each.code}</span>
                </Menu.Item>
              ))}
            </>
          );
          return organisations.length > 1 ? (
            <MenuGroup key={owner.id} label={owner.name}>
              {items}
            </MenuGroup>
          ) : (
            <Fragment key={owner.id}>{items}</Fragment>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}
