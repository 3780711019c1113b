// A real SMTP server of another make, which keeps what it receives as bytes and as an independent parser reads it.

import { once } from "node:events";
import type { AddressInfo } from "node:net";

import { type ParsedMail, simpleParser } from "mailparser";
import { SMTPServer, type SMTPServerAuthentication } from "smtp-server";

export interface ReceivedMail {
  /** `MAIL FROM` without brackets; empty for the null sender. */
  from: string;
  /** `RCPT TO`, in order. */
  to: string[];
  /** The bytes between DATA and the final dot. */
  raw: Buffer;
  parsed: ParsedMail;
}

export interface PeerOptions {
  /** When given, mail is taken only after a login with these. */
  login?: { username: string; password: string };
}

export class SmtpPeer {
  /** All mail so far, oldest first. */
  readonly received: ReceivedMail[] = [];
  private handedOut = 0;
  private readonly waiting: (() => void)[] = [];
  private readonly refusals: { code: number; text: string }[] = [];
  private readonly server: SMTPServer;

  private constructor(private readonly options: PeerOptions) {
    this.server = new SMTPServer({
      disabledCommands: options.login ? ["STARTTLS"] : ["STARTTLS", "AUTH"],
      allowInsecureAuth: true,
      authOptional: !options.login,
      // Hermod keeps its connection open for the next mail; stopping does not wait for it.
      closeTimeout: 100,
      onAuth: (auth, _session, done) => this.checkLogin(auth, done),
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on("data", (chunk: Buffer) => chunks.push(chunk));
        stream.on("end", () => {
          const refusal = this.refusals.shift();
          if (refusal) {
            done(Object.assign(new Error(refusal.text), { responseCode: refusal.code }));
            return;
          }
          const { mailFrom, rcptTo } = session.envelope;
          const envelope = { from: mailFrom ? mailFrom.address : "", to: rcptTo.map((to) => to.address) };
          this.keep(Buffer.concat(chunks), envelope).then(() => done(), done);
        });
      },
    });
  }

  /** Listens on a free port of 127.0.0.1. */
  static async start(options: PeerOptions = {}): Promise<SmtpPeer> {
    const peer = new SmtpPeer(options);
    peer.server.listen(0, "127.0.0.1");
    await once(peer.server.server, "listening");
    return peer;
  }

  get port(): number {
    return (this.server.server.address() as AddressInfo).port;
  }

  /** The oldest mail that no earlier call has given; waits for it. */
  async nextMessage(limitMs = 20_000): Promise<ReceivedMail> {
    const deadline = AbortSignal.timeout(limitMs);
    while (this.handedOut >= this.received.length) {
      await new Promise<void>((arrived, late) => {
        this.waiting.push(arrived);
        deadline.addEventListener("abort", () => late(new Error(`no mail arrived within ${limitMs} ms`)), { once: true });
      });
    }
    return this.received[this.handedOut++]!;
  }

  /** The next mail that is handed over gets this answer instead of a yes: 4xx for "later", 5xx for "never". */
  refuseNext(code: number, text: string): void {
    this.refusals.push({ code, text });
  }

  async stop(): Promise<void> {
    await new Promise<void>((closed) => this.server.close(closed));
  }

  private checkLogin(
    auth: SMTPServerAuthentication,
    done: (error: Error | null | undefined, response?: { user: string }) => void,
  ): void {
    const login = this.options.login;
    const known = login && auth.username === login.username && auth.password === login.password;
    if (known) done(null, { user: login.username });
    else done(Object.assign(new Error("5.7.8 Authentication credentials invalid"), { responseCode: 535 }));
  }

  private async keep(raw: Buffer, envelope: { from: string; to: string[] }): Promise<void> {
    this.received.push({ ...envelope, raw, parsed: await simpleParser(raw) });
    for (const wake of this.waiting.splice(0)) wake();
  }
}
