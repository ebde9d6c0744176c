import { Button, Group, Modal, Stack } from "@mantine/core";
import { useState } from "react";
import { ifMatch } from "../../api/client";
import { api } from "../../api/query";
import type { ChargePoint, ChargingTree, Circuit } from "../../api/views";
import { useText } from "../../i18n/text";
import { ConsentDialog } from "../../parts/ConsentDialog";
import { useFocusGivenBack } from "../../parts/useFocusGivenBack";
import { ChargePointForm } from "./ChargePointForm";
import { CircuitForm } from "./CircuitForm";
import classes from "./ConnectorList.module.css";
import { DecommissionDialog } from "./DecommissionDialog";

/** Removes a circuit; while something hangs on it, it is listed with what to do about each. */
export function RemoveCircuit({
  circuit,
  tree,
  onClose,
  onRemoved,
}: {
  circuit: Circuit;
  tree: ChargingTree;
  onClose: () => void;
  onRemoved: () => void;
}) {
  const { t } = useText();
  const remove = api.useMutation("delete", "/circuits/{id}");
  const points = tree.chargePoints.filter(({ circuitId }) => circuitId === circuit.id);
  const circuits = tree.circuits.filter(({ parentId }) => parentId === circuit.id);
  if (points.length + circuits.length > 0) {
    return <Blockers circuit={circuit} points={points} circuits={circuits} onClose={onClose} />;
  }
  return (
    <ConsentDialog
      title={t("circuit.removeTitle", { name: circuit.name })}
      confirm={t("action.remove")}
      danger
      onClose={onClose}
      onConfirm={async () => {
        await remove.mutateAsync({ params: { path: { id: circuit.id } }, headers: ifMatch(circuit) });
        onRemoved();
      }}
    >
      <p style={{ margin: 0 }}>{t("circuit.removeWords")}</p>
    </ConsentDialog>
  );
}

function Blockers({
  circuit,
  points,
  circuits,
  onClose,
}: {
  circuit: Circuit;
  points: readonly ChargePoint[];
  circuits: readonly Circuit[];
  onClose: () => void;
}) {
  const { t } = useText();
  useFocusGivenBack();
  const [moving, setMoving] = useState<ChargePoint | Circuit>();
  const [ending, setEnding] = useState<ChargePoint>();
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("circuit.blockedTitle", { name: circuit.name })}
      closeButtonProps={{ "aria-label": t("action.close") }}
    >
      <Stack>
        <p style={{ margin: 0 }}>{t("circuit.blockedWords")}</p>
        <ul className={classes.list}>
          {circuits.map((each) => (
            <li key={each.id}>
              <strong>{each.name}</strong>
              <Button size="compact-sm" variant="default" onClick={() => setMoving(each)}>
                {t("circuit.move")}
              </Button>
            </li>
          ))}
          {points.map((point) => (
            <li key={point.id}>
              <strong>{point.name}</strong>
              <Group gap="xs">
                <Button size="compact-sm" variant="default" onClick={() => setMoving(point)}>
                  {t("circuit.move")}
                </Button>
                <Button size="compact-sm" variant="subtle" color="red" onClick={() => setEnding(point)}>
                  {t("charging.decommission")}
                </Button>
              </Group>
            </li>
          ))}
        </ul>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("action.close")}
          </Button>
        </Group>
      </Stack>
      {moving && "identity" in moving && (
        <ChargePointForm
          facilityId={circuit.facilityId}
          point={moving}
          opened
          onClose={() => setMoving(undefined)}
        />
      )}
      {moving && !("identity" in moving) && (
        <CircuitForm
          facilityId={circuit.facilityId}
          circuit={moving}
          opened
          onClose={() => setMoving(undefined)}
        />
      )}
      {ending && <DecommissionDialog point={ending} onClose={() => setEnding(undefined)} />}
    </Modal>
  );
}
