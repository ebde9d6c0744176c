"""A charge point by The Mobility House's package `ocpp`, which shares no code with the host.

The package checks every message of both sides against the official JSON schemas. What happens is told as JSON lines.
"""

import asyncio
import base64
import json
import ssl
import sys

import websockets
from ocpp.messages import unpack, validate_payload
from ocpp.routing import on
from ocpp.v16 import ChargePoint, call, call_result
from ocpp.v16.enums import Action

HOST, IDENTITY, KEY = sys.argv[1:4]
COMMANDS = int(sys.argv[4])
# Whom it trusts beside those that the system does, in PEM.
AUTHORITY = sys.argv[5] if len(sys.argv) > 5 else None


def tell(event, **more):
    print(json.dumps({"event": event, **more}), flush=True)


class Point(ChargePoint):
    """Obeys, and does what it was asked."""

    done = 0

    async def route_message(self, raw):
        message = unpack(raw)
        if message.message_type_id == 2:
            await validate_payload(message, "1.6")
        await super().route_message(raw)

    def obeyed(self, name, **asked):
        self.done += 1
        tell("asked", name=name, asked=asked)

    @on(Action.change_availability)
    def change_availability(self, **asked):
        self.obeyed("ChangeAvailability", **asked)
        return call_result.ChangeAvailability(status="Accepted")

    @on(Action.change_configuration)
    def change_configuration(self, **asked):
        self.obeyed("ChangeConfiguration", **asked)
        return call_result.ChangeConfiguration(status="Accepted")

    @on(Action.clear_cache)
    def clear_cache(self, **asked):
        self.obeyed("ClearCache", **asked)
        return call_result.ClearCache(status="Accepted")

    @on(Action.get_configuration)
    def get_configuration(self, **asked):
        self.obeyed("GetConfiguration", **asked)
        key = {"key": "HeartbeatInterval", "readonly": False, "value": "300"}
        return call_result.GetConfiguration(configuration_key=[key])

    @on(Action.remote_start_transaction)
    def remote_start(self, **asked):
        self.obeyed("RemoteStartTransaction", **asked)
        return call_result.RemoteStartTransaction(status="Accepted")

    @on(Action.remote_stop_transaction)
    def remote_stop(self, **asked):
        self.obeyed("RemoteStopTransaction", **asked)
        return call_result.RemoteStopTransaction(status="Rejected")

    @on(Action.reset)
    def reset(self, **asked):
        self.obeyed("Reset", **asked)
        return call_result.Reset(status="Accepted")

    @on(Action.trigger_message)
    def trigger(self, **asked):
        self.obeyed("TriggerMessage", **asked)
        return call_result.TriggerMessage(status="NotImplemented")

    @on(Action.unlock_connector)
    def unlock(self, **asked):
        self.obeyed("UnlockConnector", **asked)
        return call_result.UnlockConnector(status="Unlocked")


async def session(point):
    booted = await point.call(call.BootNotification(charge_point_model="Model", charge_point_vendor="Vendor"))
    tell("booted", status=booted.status)
    for connector in (0, 1):
        await point.call(call.StatusNotification(connector_id=connector, error_code="NoError", status="Available"))
    await point.call(call.Heartbeat())
    shown = await point.call(call.Authorize(id_tag="04A2B3C4D5E680"))
    tell("authorized", status=shown.id_tag_info["status"])
    at = "2026-01-05T0{}:00:00Z".format
    started = await point.call(
        call.StartTransaction(connector_id=1, id_tag="04A2B3C4D5E680", meter_start=1000, timestamp=at(1))
    )
    number = started.transaction_id
    value = {"timestamp": at(2), "sampled_value": [{"value": "3.5", "unit": "kWh"}]}
    await point.call(call.MeterValues(connector_id=1, transaction_id=number, meter_value=[value]))
    await point.call(call.StopTransaction(transaction_id=number, meter_stop=6500, timestamp=at(3), reason="Local"))
    await point.call(call.DataTransfer(vendor_id="Vendor", message_id="x", data="y"))
    await point.call(call.FirmwareStatusNotification(status="Idle"))
    await point.call(call.DiagnosticsStatusNotification(status="Idle"))
    tell("ready", transaction=number)
    while point.done < COMMANDS:
        await asyncio.sleep(0.01)
    # The effects of two of them.
    await point.call(call.StatusNotification(connector_id=1, error_code="NoError", status="Unavailable"))
    await point.call(call.StartTransaction(connector_id=1, id_tag="REMOTE", meter_start=6500, timestamp=at(4)))
    tell("done")


async def main():
    pair = IDENTITY.encode() + b":" + bytes.fromhex(KEY)
    headers = {"Authorization": "Basic " + base64.b64encode(pair).decode()}
    url = f"{HOST}/ocpp/{IDENTITY}"
    trust = ssl.create_default_context(cafile=AUTHORITY) if url.startswith("wss:") else None
    try:
        socket = await websockets.connect(url, subprotocols=["ocpp1.6"], additional_headers=headers, ssl=trust)
    except websockets.InvalidStatus as refused:
        return tell("refused", status=refused.response.status_code)
    except ssl.SSLCertVerificationError as untrusted:
        return tell("untrusted", why=untrusted.reason)
    except (websockets.InvalidMessage, ConnectionError) as broken:
        return tell("unheard", why=str(broken))
    async with socket:
        point = Point(IDENTITY, socket)
        listening = asyncio.create_task(point.start())
        await session(point)
        # Once more, so that the answers to what was asked have gone before the line ends.
        await point.call(call.Heartbeat())
        listening.cancel()


asyncio.run(main())
