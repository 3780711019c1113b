// A provider over HTTP that keeps what it is asked and tells afterwards what it pleases: Twilio, as far as one message needs.

import { createHmac } from "node:crypto";
import { once } from "node:events";
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** The account whose key signs callbacks. */
export const ACCOUNT = { sid: "AC00000000000000000000000000000000", token: "a-secret-of-the-account" };

export class Twilio {
  /** The forms of the messages that came in, in order. */
  readonly messages: URLSearchParams[] = [];

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<Twilio> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const twilio = new Twilio(server, `http://127.0.0.1:${port}`);
    server.on("request", async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      const expected = `Basic ${Buffer.from(`${ACCOUNT.sid}:${ACCOUNT.token}`).toString("base64")}`;
      const isKnown = request.headers.authorization === expected;
      if (isKnown && request.method === "POST") twilio.messages.push(new URLSearchParams(Buffer.concat(parts).toString()));
      const answer = isKnown ? { sid: `SM${twilio.messages.length}`, status: "queued" } : { code: 20003, message: "Authenticate" };
      response.writeHead(isKnown ? (request.method === "POST" ? 201 : 200) : 401, { "content-type": "application/json" });
      response.end(JSON.stringify(answer));
    });
    return twilio;
  }

  /** Tells a server of ours something, signed as Twilio signs it; gives the status of its answer. */
  async tell(address: string, form: Record<string, string>): Promise<number> {
    const signed = Object.keys(form).sort().reduce((text, name) => text + name + form[name], address);
    const signature = createHmac("sha1", ACCOUNT.token).update(signed).digest("base64");
    const headers = { "x-twilio-signature": signature };
    const response = await fetch(address, { method: "POST", headers, body: new URLSearchParams(form) });
    return response.status;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }
}
