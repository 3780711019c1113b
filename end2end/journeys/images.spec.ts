// An image of somebody's machine becomes part of a mail, and whoever gets the mail sees it.

import { DesignerPage } from "../support/designer.ts";
import { expect, field, hydrated, signIn, test } from "../support/page.ts";
import { addUser, apply, createClient, orderCampaign, shopConfiguration, trigger } from "../support/seed.ts";
import { text } from "../support/texts.ts";
import { Wizard } from "../support/wizard.ts";

/** A GIF of one pixel, more or less red. */
function gif(red: number): Buffer {
  const palette = [red, 0, 0, 0xff, 0xff, 0xff];
  const head = [0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 1, 0, 1, 0, 0x80, 0, 0, ...palette];
  return Buffer.from([...head, 0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3b]);
}

test("an image is added in the designer, another is dropped in its place, and people get it", async ({ page, hermod, faults }) => {
  // Of an image that is shown, which is not removed.
  faults.tolerate(/status of 409/);
  await addUser(hermod);
  const ids = await apply(hermod, shopConfiguration(), orderCampaign("draft"));
  const campaign = ids.get("Order confirmation") ?? "";
  const client = await createClient(hermod);
  await signIn(page);
  const designer = await DesignerPage.open(page, campaign);
  await designer.startEmpty();
  const empty = designer.canvas.getByRole("group", { name: text("designer.empty_column", { number: "1" }) });
  await designer.part("kind_image").dragTo(empty);
  await designer.settings.getByRole("button", { name: text("library.choose_image") }).click();
  const dialog = page.getByRole("dialog", { name: text("library.choose_image") });
  await expect(dialog.getByText(text("library.no_images_found"))).toBeVisible();
  await dialog.getByLabel(text("library.add_images"), { exact: true }).setInputFiles({ name: "red.gif", mimeType: "image/gif", buffer: gif(200) });
  await expect(dialog).toBeHidden();
  const address = field(designer.settings, text("designer.src"));
  await expect(address).toHaveValue(/\/assets\/dev\/[0-9a-f]{64}\.gif$/);
  const first = await address.inputValue();

  const bytes = [...gif(90)];
  const dropped = await page.evaluateHandle((bytes) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(bytes)], "dark.gif", { type: "image/gif" }));
    return data;
  }, bytes);
  await designer.block("kind_image").dispatchEvent("drop", { dataTransfer: dropped });
  await expect(address).not.toHaveValue(first);
  const shown = await address.inputValue();
  await designer.settings.getByLabel(text("designer.alt"), { exact: true }).fill("Our logo");
  await expect(designer.canvas.getByRole("img", { name: "Our logo" })).toHaveJSProperty("naturalWidth", 1);
  await designer.save();

  await (await Wizard.open(page, campaign, "review")).activate();
  await trigger(hermod, client, campaign, "ben@example.com");
  await page.goto("/dev/inbox");
  await page.getByRole("navigation", { name: text("inbox.title") }).getByRole("link", { name: /ben@example\.com/ }).click();
  const mail = await page.getByRole("region", { name: text("inbox.chosen") }).locator("iframe").getAttribute("srcdoc");
  expect(mail).toContain(`src="${shown}"`);
  const answer = await page.request.get(new URL(shown, hermod.url).href);
  expect([answer.status(), answer.headers()["content-type"]]).toEqual([200, "image/gif"]);
  expect((await answer.body()).equals(gif(90))).toBe(true);

  await page.goto("/dev/library/images");
  await hydrated(page);
  const card = page.getByRole("article", { name: "dark.gif" });
  await card.getByRole("button", { name: text("library.remove_of", { name: "dark.gif" }) }).click();
  await card.getByRole("dialog").getByRole("button", { name: text("library.remove"), exact: true }).click();
  await expect(page.getByRole("alert")).toContainText("Order confirmation");
  const unused = page.getByRole("article", { name: "red.gif" });
  await unused.getByRole("button", { name: text("library.remove_of", { name: "red.gif" }) }).click();
  await unused.getByRole("dialog").getByRole("button", { name: text("library.remove"), exact: true }).click();
  await expect(unused).toBeHidden();
  await page.getByRole("button", { name: text("suppressions.undo") }).click();
  await expect(unused).toBeVisible();
});
