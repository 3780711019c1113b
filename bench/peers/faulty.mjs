// An SMTP server on 127.0.0.1 that fails in one way until it is told to be well: faulty.mjs PORT FILE FAULT.
//
// A line on standard input is the next fault; it holds for connections that come from then on. `well` and `refused` are
// answered by the npm package smtp-server. What that cannot do is answered here, by hand:
//
//   goodbye   says 421 to the MAIL behind the twentieth mail, with RCPT and DATA on their way already, and closes
//   drop      takes every fiftieth mail, and closes without an answer
//   stalled   never answers a mail, and does not take it
//   mute      takes the connection and says nothing
//   greeted   greets, and says nothing more
//
// What happens is noted in FILE before it is answered: `open N`, `close N`, `mail RECIPIENT MESSAGE-ID`. Connection 0 is
// that of whoever looked whether the server is there.

import { openSync, writeSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { createInterface } from "node:readline";

const { SMTPServer } = createRequire(new URL("../../end2end/package.json", import.meta.url))("smtp-server");

const MAILS_BEFORE_GOODBYE = 20;
const DROPPED = 50;
const REFUSED = 5;

const [port, file, firstFault] = process.argv.slice(2);
const record = openSync(file, "a");
let fault = firstFault;
let connections = 0;
let mails = 0;

function note(...words) {
  writeSync(record, `${words.join(" ")}\n`);
}

function noteMail(recipient, content) {
  mails += 1;
  note("mail", recipient, /^Message-ID:\s*(\S+)/im.exec(content)?.[1] ?? "none");
}

/** Every fifth person has no mailbox here. */
function isRefused(address) {
  return fault === "refused" && Number(address.replace(/\D/g, "")) % REFUSED === 0;
}

const library = new SMTPServer({
  disabledCommands: ["STARTTLS", "AUTH"],
  authOptional: true,
  disableReverseLookup: true,
  logger: false,
  onRcptTo({ address }, _session, done) {
    done(isRefused(address) ? Object.assign(new Error("5.1.1 No such user here"), { responseCode: 550 }) : null);
  },
  onData(stream, session, done) {
    const chunks = [];
    stream.on("data", (chunk) => chunks.push(chunk));
    stream.on("end", () => {
      noteMail(session.envelope.rcptTo[0].address, Buffer.concat(chunks).toString("latin1"));
      done();
    });
  },
});
// A client that hangs up is no fault of this server.
library.on("error", () => {});

/** A conversation by hand, with the fault that held when it began. */
class Conversation {
  constructor(socket, fault) {
    this.socket = socket;
    this.fault = fault;
    this.unread = "";
    this.taken = 0;
    this.recipient = "";
    /** Lines of the mail that is coming. */
    this.content = null;
    /** Nothing is read or said any more. */
    this.over = fault === "mute" || fault === "greeted";
    if (fault !== "mute") this.say("220 faulty.example.com ESMTP");
    socket.setEncoding("latin1");
    socket.on("data", (text) => this.read(text));
  }

  say(line) {
    this.socket.write(`${line}\r\n`);
  }

  read(text) {
    if (this.over) return;
    const lines = (this.unread + text).split("\r\n");
    this.unread = lines.pop();
    for (const line of lines) {
      if (this.over) return;
      if (this.content === null) this.command(line);
      else if (line === ".") this.end();
      else this.content.push(line);
    }
  }

  command(line) {
    switch (line.slice(0, 4).toUpperCase()) {
      case "EHLO":
        return this.say("250-faulty.example.com\r\n250 PIPELINING");
      case "MAIL":
        if (this.fault === "goodbye" && this.taken >= MAILS_BEFORE_GOODBYE) return this.leave("421 4.3.2 Going down");
        return this.say("250 2.1.0 Ok");
      case "RCPT":
        this.recipient = /<(.*)>/.exec(line)?.[1] ?? "";
        return this.say("250 2.1.5 Ok");
      case "DATA":
        this.content = [];
        return this.say("354 Go ahead");
      case "QUIT":
        return this.leave("221 2.0.0 Bye");
      default:
        return this.say("250 2.0.0 Ok");
    }
  }

  /** The final dot is there. */
  end() {
    if (this.fault === "stalled") {
      this.over = true;
      return;
    }
    noteMail(this.recipient, this.content.join("\n"));
    this.content = null;
    this.taken += 1;
    if (this.fault === "drop" && mails % DROPPED === 0) {
      this.over = true;
      this.socket.destroy();
    } else {
      this.say("250 2.0.0 Taken");
    }
  }

  leave(line) {
    this.over = true;
    this.socket.end(`${line}\r\n`);
  }
}

createServer({ noDelay: true }, (socket) => {
  const number = connections++;
  note("open", number);
  socket.on("close", () => note("close", number));
  socket.on("error", () => {});
  if (fault === "well" || fault === "refused") library.server.emit("connection", socket);
  else new Conversation(socket, fault);
}).listen(Number(port), "127.0.0.1");

createInterface({ input: process.stdin })
  .on("line", (line) => {
    fault = line.trim();
  })
  // Whoever started it is gone.
  .on("close", () => process.exit());
