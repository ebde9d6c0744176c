"""A mail server for tests: aiosmtpd, an SMTP server that shares nothing with the client under test.

Every line on standard output is one JSON object. The first says where it listens; the others what it was told. A line is
written before the answer goes to the client, so whoever has the answer can read the line.
"""

import argparse
import asyncio
import base64
import email
import email.policy
import json
import logging
import ssl
import sys
import warnings

from aiosmtpd.smtp import AuthResult, LoginPassword, SMTP


def say(**what):
    print(json.dumps(what), flush=True)


def protected(server):
    return server.transport.get_extra_info("ssl_object") is not None


class Post:
    """Answers for mailboxes by their name: `gone@` is not there, `busy@` comes later."""

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        say(event="hello", tls=protected(server))
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("gone@"):
            say(event="refused", to=address)
            return "550 5.1.1 No such mailbox here"
        if address.startswith("busy@"):
            say(event="postponed", to=address)
            return "451 4.7.1 Greylisted, come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        words = message.get_body(("plain",))
        say(
            event="taken",
            tls=protected(server),
            user=session.auth_data.login.decode() if session.auth_data else None,
            sender=envelope.mail_from,
            to=envelope.rcpt_tos,
            headers={name.lower(): str(value) for name, value in message.items()},
            raw_headers_are_ascii=envelope.content.split(b"\r\n\r\n", 1)[0].isascii(),
            type=message.get_content_type(),
            charset=words.get_content_charset(),
            text=words.get_content().replace("\r\n", "\n"),
            files=[
                {
                    "name": part.get_filename(),
                    "type": part.get_content_type(),
                    "content": base64.b64encode(part.get_payload(decode=True)).decode(),
                }
                for part in message.iter_attachments()
            ]
            if message.is_multipart()
            else [],
        )
        return "250 2.0.0 Taken"


class Listening(SMTP):
    """The first thing that is known of a client is that it connected, before it has said a word."""

    def connection_made(self, transport):
        if self.transport is None:  # After STARTTLS it is the same connection.
            say(event="connected")
        super().connection_made(transport)


async def serve(options, context):
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Listening(Post(), **options), host="127.0.0.1", port=0, ssl=context)
    say(event="listening", port=server.sockets[0].getsockname()[1])
    # The test holds the other end of this pipe: when the test ends, however it ends, so does the server.
    await loop.run_in_executor(None, sys.stdin.read)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--protection", choices=["none", "starttls", "tls"], required=True)
    arguments.add_argument("--certificate")
    arguments.add_argument("--key")
    arguments.add_argument("--user")
    arguments.add_argument("--password")
    it = arguments.parse_args()
    # It warns of what a test does on purpose.
    logging.basicConfig(stream=sys.stderr, level=logging.CRITICAL)
    warnings.simplefilter("ignore")

    def check(server, session, envelope, mechanism, given):
        right = isinstance(given, LoginPassword) and (given.login, given.password) == (
            it.user.encode(),
            it.password.encode(),
        )
        say(event="entered" if right else "kept_out", tls=protected(server))
        return AuthResult(success=right, handled=right, auth_data=given)

    options = {"hostname": "localhost"}
    if it.user:
        options |= {"authenticator": check, "auth_required": True, "auth_require_tls": it.protection == "starttls"}
    context = None
    if it.protection != "none":
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(it.certificate, it.key)
    if it.protection == "starttls":
        options |= {"tls_context": context, "require_starttls": True}
    asyncio.run(serve(options, context if it.protection == "tls" else None))


main()
