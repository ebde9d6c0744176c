import { Button } from "@mantine/core";
import { IconEdit, IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import type { ChargePoint, ChargingTree, CircuitInTree } from "../../api/views";
import { useText } from "../../i18n/text";
import { DetailPanel } from "../../parts/DetailPanel";
import { Facts } from "../../parts/Facts";
import { Section } from "../../parts/Section";
import { StateBadge } from "../../parts/StateBadge";
import { can, useMe } from "../../shell/session";
import { fuseWords, type TreePlace } from "./ChargingTree";
import { CircuitForm } from "./CircuitForm";
import classes from "./ConnectorList.module.css";
import { RemoveCircuit } from "./RemoveCircuit";
import { PointBadge } from "./ShownBadge";

type Layer = "edit" | "add" | "remove" | undefined;

/** One circuit: its fuse, what hangs on it, and what it hangs on. */
export function CircuitPanel({
  circuit,
  tree,
  now,
  onOpen,
  onClose,
}: {
  circuit: CircuitInTree;
  tree: ChargingTree;
  now: Date;
  onOpen: (place: TreePlace) => void;
  onClose: () => void;
}) {
  const { t } = useText();
  const me = useMe();
  const [layer, setLayer] = useState<Layer>();
  const parent = tree.circuits.find(({ id }) => id === circuit.parentId);
  const points = tree.chargePoints.filter(({ circuitId }) => circuitId === circuit.id);
  const done = () => setLayer(undefined);
  return (
    <DetailPanel
      title={circuit.name}
      subtitle={parent ? t("circuit.below", { name: parent.name }) : t("circuit.mainName")}
      onClose={onClose}
      actions={
        can(me, "manage_charging") && (
          <>
            <Button variant="default" leftSection={<IconEdit size={16} />} onClick={() => setLayer("edit")}>
              {t("action.edit")}
            </Button>
            <Button variant="default" leftSection={<IconPlus size={16} />} onClick={() => setLayer("add")}>
              {t("circuit.addBelow")}
            </Button>
            <Button
              variant="subtle"
              color="red"
              leftSection={<IconTrash size={16} />}
              onClick={() => setLayer("remove")}
            >
              {t("action.remove")}
            </Button>
          </>
        )
      }
    >
      <Facts
        rows={[
          [parent ? t("circuit.fuse") : t("circuit.mainFuse"), fuseWords(circuit)],
          parent ? [t("circuit.parent"), `${parent.name} (${fuseWords(parent)})`] : undefined,
          circuit.exceedsParent && [
            t("circuit.warning"),
            <StateBadge key="exceeds" tone="warn">
              {t("circuit.exceeds")}
            </StateBadge>,
          ],
        ]}
      />
      {circuit.exceedsParent && <p className={classes.none}>{t("circuit.exceedsWords")}</p>}
      <Section title={t("room.chargePoints")}>
        {points.length === 0 ? (
          <p className={classes.none}>{t("circuit.empty")}</p>
        ) : (
          <ul className={classes.list}>
            {points.map((point) => (
              <PointLine key={point.id} point={point} now={now} onOpen={onOpen} />
            ))}
          </ul>
        )}
      </Section>
      <CircuitForm
        facilityId={circuit.facilityId}
        circuit={circuit}
        opened={layer === "edit"}
        onClose={done}
      />
      <CircuitForm
        facilityId={circuit.facilityId}
        parentId={circuit.id}
        opened={layer === "add"}
        onClose={done}
      />
      {layer === "remove" && (
        <RemoveCircuit circuit={circuit} tree={tree} onClose={done} onRemoved={onClose} />
      )}
    </DetailPanel>
  );
}

function PointLine({
  point,
  now,
  onOpen,
}: {
  point: ChargePoint;
  now: Date;
  onOpen: (place: TreePlace) => void;
}) {
  return (
    <li>
      <span>
        <Button
          variant="subtle"
          size="compact-sm"
          ml={-8}
          onClick={() => onOpen({ kind: "point", id: point.id })}
        >
          {point.name}
        </Button>
      </span>
      <PointBadge point={point} now={now} />
    </li>
  );
}
