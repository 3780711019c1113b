"""An SMTP server on 127.0.0.1 that writes the recipient of each message it takes to a file: sink.py PORT FILE."""

import asyncio
import sys

from aiosmtpd.controller import UnthreadedController


class Recorder:
    """Notes a recipient before it says yes: what was answered with 250 is in the file."""

    def __init__(self, path):
        self.file = open(path, "a", buffering=1, encoding="utf-8")

    async def handle_DATA(self, server, session, envelope):
        for recipient in envelope.rcpt_tos:
            self.file.write(recipient + "\n")
        return "250 2.0.0 taken"


if __name__ == "__main__":
    loop = asyncio.new_event_loop()
    controller = UnthreadedController(Recorder(sys.argv[2]), hostname="127.0.0.1", port=int(sys.argv[1]), loop=loop)
    controller.begin()
    loop.run_forever()
