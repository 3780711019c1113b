// A mail is put together in the designer, with the mouse and again without it, and people get what the preview showed.

import { DesignerPage } from "../support/designer.ts";
import { press, tabTo } from "../support/keyboard.ts";
import { expect, field, signIn, test } from "../support/page.ts";
import { addUser, apply, createClient, orderCampaign, shopConfiguration, trigger } from "../support/seed.ts";
import { text } from "../support/texts.ts";
import { Wizard } from "../support/wizard.ts";

test("a mail is designed by drag and drop, saved, reopened, and sent as the preview showed it", async ({ page, hermod }) => {
  await addUser(hermod);
  const ids = await apply(hermod, shopConfiguration(), orderCampaign("draft"));
  const campaign = ids.get("Order confirmation") ?? "";
  const client = await createClient(hermod);
  await signIn(page);
  let designer = await DesignerPage.open(page, campaign);
  await designer.startEmpty();

  const empty = designer.canvas.getByRole("group", { name: text("designer.empty_column", { number: "1" }) });
  await designer.part("kind_text").dragTo(empty);
  await expect(designer.block("kind_text")).toBeVisible();
  // Dropped on the lower half it stands behind, on the upper half before.
  const box = await designer.block("kind_text").boundingBox();
  await designer.part("kind_button").dragTo(designer.block("kind_text"), { targetPosition: { x: 40, y: (box?.height ?? 10) - 3 } });
  await field(designer.settings, text("designer.label")).fill("See your order");
  await designer.settings.getByLabel(text("designer.href")).fill("https://shop.example/orders");
  await designer.part("kind_divider").dragTo(designer.block("kind_button"), { targetPosition: { x: 40, y: 3 } });
  const order = (names: string[]) => names.map((name) => name.split(":")[0]);
  const kinds = ["kind_text", "kind_divider", "kind_button"].map((kind) => text(`designer.${kind}`));
  expect(order(await designer.names()).slice(2)).toEqual(kinds);
  await designer.block("kind_button").dragTo(designer.block("kind_text"), { targetPosition: { x: 40, y: 3 } });
  expect(order(await designer.names()).slice(2)).toEqual([kinds[2], kinds[0], kinds[1]]);

  await designer.block("kind_text").dblclick();
  const writing = designer.canvas.getByRole("textbox", { name: text("designer.kind_text") });
  await writing.fill("Thank you for order {{ context.order.id }}");
  await page.getByRole("button", { name: text("designer.done"), exact: true }).click();
  await designer.save();

  designer = await DesignerPage.open(page, campaign);
  expect(await designer.names()).toContain(`${kinds[2]}: See your order`);
  await expect(designer.block("kind_text")).toContainText("{{ context.order.id }}");
  // The preview with the value of the call that follows.
  await designer.shown();
  await field(designer.preview, "context.order.id").fill("1001");
  await expect.poll(() => designer.shown()).toContain("Thank you for order 1001");
  const shown = await designer.shown();

  await (await Wizard.open(page, campaign, "review")).activate();
  await trigger(hermod, client, campaign, "ben@example.com");
  await page.goto("/dev/inbox");
  await page.getByRole("navigation", { name: text("inbox.title") }).getByRole("link", { name: /ben@example\.com/ }).click();
  const chosen = page.getByRole("region", { name: text("inbox.chosen") });
  expect(await chosen.locator("iframe").getAttribute("srcdoc")).toBe(`<base target="_blank">${shown}`);
});

test("a mail is designed with the keyboard alone", async ({ page, hermod }) => {
  await addUser(hermod);
  const ids = await apply(hermod, shopConfiguration(), orderCampaign("draft"));
  await signIn(page);
  const designer = await DesignerPage.open(page, ids.get("Order confirmation") ?? "");
  await press(page, page.getByRole("button", { name: text("designer.start_empty") }));
  await expect(designer.canvas).toBeFocused();

  // To the empty column, and a text into it.
  await page.keyboard.press("End");
  await page.keyboard.press("a");
  await expect(designer.part("kind_text")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(designer.block("kind_text")).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("Written without a mouse");
  await page.keyboard.press("Escape");
  await expect(designer.block("kind_text")).toBeFocused();

  await page.keyboard.press("a");
  await tabTo(page, designer.part("kind_button"));
  await page.keyboard.press("Enter");
  await expect(designer.block("kind_button")).toBeFocused();
  await page.keyboard.press("Alt+ArrowUp");
  await expect(designer.block("kind_button")).toBeFocused();
  await expect(page.getByRole("status")).toContainText([text("designer.kind_button")]);
  const kind = (name: string) => text(`designer.kind_${name}`);
  const kinds = async () => (await designer.names()).slice(2).map((name) => name.split(":")[0]);
  expect(await kinds()).toEqual([kind("button"), kind("text")]);

  await page.keyboard.press("Control+d");
  expect(await kinds()).toEqual([kind("button"), kind("button"), kind("text")]);
  await page.keyboard.press("Delete");
  expect(await kinds()).toEqual([kind("button"), kind("text")]);
  await page.keyboard.press("Control+z");
  expect(await kinds()).toEqual([kind("button"), kind("button"), kind("text")]);
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  expect(await kinds()).toEqual([kind("text"), kind("button")]);
  await page.keyboard.press("Control+Shift+z");
  expect(await kinds()).toEqual([kind("button"), kind("text")]);

  await page.keyboard.press("Home");
  await page.keyboard.press("End");
  await expect(designer.block("kind_text")).toBeFocused();
  await page.keyboard.press("Control+c");
  await page.keyboard.press("Control+v");
  expect(await kinds()).toEqual([kind("button"), kind("text"), kind("text")]);

  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: text("designer.shortcuts") })).toBeVisible();
  await page.keyboard.press("Escape");

  await page.keyboard.press("Control+s");
  await designer.isSaved();
  await page.reload();
  expect((await designer.names()).slice(2)).toEqual([
    `${kind("button")}: ${text("designer.new_button")}`,
    `${kind("text")}: Written without a mouse`,
    `${kind("text")}: Written without a mouse`,
  ]);
});
