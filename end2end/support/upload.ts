// A file that comes over a slow line.

import { once } from "node:events";
import { type ClientRequest, type IncomingMessage, request } from "node:http";

import type { Page } from "@playwright/test";

const BOUNDARY = "journey";

/** A file on its way to a form of the console, sent by whoever is signed in on a page. */
export class SlowUpload {
  private constructor(
    private readonly sending: ClientRequest,
    private readonly rest: string,
  ) {}

  /** Sends the first part; the rest is announced and kept back. */
  static async begin(page: Page, to: URL, name: string, first: string, rest: string): Promise<SlowUpload> {
    const cookies = await page.context().cookies(to.origin);
    const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: text/csv\r\n\r\n`;
    const end = `${rest}\r\n--${BOUNDARY}--\r\n`;
    const headers = {
      cookie: cookies.map((cookie) => `${cookie.name}=${cookie.value}`).join("; "),
      origin: to.origin,
      "content-type": `multipart/form-data; boundary=${BOUNDARY}`,
      "content-length": Buffer.byteLength(head + first + end),
    };
    const sending = request(to, { method: "POST", headers });
    sending.write(head + first);
    return new SlowUpload(sending, end);
  }

  /** Sends the rest, and gives the status of the answer. */
  async finish(): Promise<number> {
    const answered = once(this.sending, "response") as Promise<[IncomingMessage]>;
    this.sending.end(this.rest);
    const [answer] = await answered;
    answer.resume();
    return answer.statusCode ?? 0;
  }
}
