// Accounts: what is asked about opens above the page, is left with Escape, and closes once it is answered.

import { choice, expect, hydrated, signIn, test, violations } from "../support/page.ts";
import { ANN, type Person, addUser } from "../support/seed.ts";
import { text } from "../support/texts.ts";

const BEN: Person = { email: "ben@example.com", name: "Ben Brewer", password: "a horse that is not correct" };
const NEW = "another horse, a better one";

test("an administrator changes a role and sets a password, and the person signs in with it", async ({ page, hermod, faults }) => {
  faults.tolerate(/status of 400/);
  await addUser(hermod);
  await addUser(hermod, BEN, "viewer");
  await signIn(page);
  await page.goto("/dev/settings/users");
  await hydrated(page);
  const row = page.getByRole("row", { name: BEN.name });
  const panel = page.getByRole("dialog");

  const changeRole = row.getByRole("button", { name: text("users.change_role_of", { name: BEN.email }) });
  await changeRole.click();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await expect(panel).toHaveCount(0);
  await expect(changeRole).toBeFocused();
  await changeRole.click();
  await panel.getByRole("button", { name: text("common.cancel") }).click();
  await expect(panel).toHaveCount(0);
  await changeRole.click();
  await choice(panel, text("users.role")).selectOption("manager");
  await panel.getByRole("button", { name: text("users.change_role") }).click();
  await expect(row).toContainText(text("users.manager"));
  await expect(panel).toHaveCount(0);

  await row.getByRole("button", { name: text("users.set_password_of", { name: BEN.email }) }).click();
  await panel.getByLabel(text("account.new_password")).fill("short");
  await page.keyboard.press("Enter");
  // What was refused is told above the list, and leads back into the panel.
  await page.getByRole("alert").getByRole("link", { name: text("session.password") }).click();
  await panel.getByLabel(text("account.new_password")).fill(NEW);
  await page.keyboard.press("Enter");
  await expect(page.getByText(text("users.password_set", { email: BEN.email }))).toBeVisible();

  await page.getByRole("button", { name: text("session.sign_out") }).click();
  await signIn(page, { ...BEN, password: NEW });
});

test("a person changes the password of their own account, which the header leads to", async ({ page, hermod }) => {
  await addUser(hermod);
  await signIn(page);
  await page.getByRole("link", { name: ANN.name }).click();
  await hydrated(page);
  await page.getByLabel(text("account.present")).fill(ANN.password);
  await page.getByLabel(text("account.new_password")).fill(NEW);
  await page.getByRole("button", { name: text("account.change") }).click();
  await expect(page.getByText(text("account.changed"))).toBeVisible();
  await expect(page.getByLabel(text("account.present"))).toHaveValue("");
  await page.getByRole("button", { name: text("session.sign_out") }).click();
  await signIn(page, { ...ANN, password: NEW });
});
